using System.Buffers;
using System.Net;

namespace Serverless.Relay.Upstream;

/// <summary>A client's request body on its way to a backend, a piece at a time as it comes.</summary>
/// <param name="body">The client's.</param>
/// <param name="length">As the client said; null for chunks.</param>
/// <param name="progress">Called after each piece.</param>
internal sealed class ForwardedBody(Stream body, long? length, Action progress) : HttpContent
{
    /// <summary>Whether any of it may have left: then it cannot be sent once more.</summary>
    public bool Begun { get; private set; }

    /// <summary>Why the client's body could not be read to its end; then the backend is not to blame.</summary>
    public Exception? ClientFailure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Begun = true;
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                await stream.FlushAsync(cancellationToken);
                progress();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(buffer, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            ClientFailure = e;
            throw;
        }
    }
}
