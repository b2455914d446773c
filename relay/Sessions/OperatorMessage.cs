using System.Buffers;
using System.Text.Unicode;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Sessions;

/// <summary>What an operator has to say to clients.</summary>
internal static class OperatorMessage
{
    /// <summary>The longest, in bytes of UTF-8.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>Reads it from a request, as the frame that says it; null when it is empty, too long or not UTF-8.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostBytes + 1);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, MostBytes + 1), MostBytes + 1, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
            return length is > 0 and <= MostBytes && Utf8.IsValid(buffer.AsSpan(0, length))
                ? TextFrame.Write(buffer.AsSpan(0, length))
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
