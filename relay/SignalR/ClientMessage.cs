using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Serverless.Relay.SignalR;

/// <summary>A message of a client, in the JSON hub protocol.</summary>
internal abstract record ClientMessage
{
    private const int MaxTarget = 1024;
    private const int MaxInvocationId = 256;

    /// <summary>It invokes something.</summary>
    /// <param name="Target">What.</param>
    /// <param name="Id">What the answer has to bear; null when none is wanted.</param>
    /// <param name="Body">The message as it came, without its end.</param>
    public sealed record Invocation(string Target, string? Id, byte[] Body) : ClientMessage;

    /// <summary>It asks for what the service does not do in serverless mode: streams.</summary>
    public sealed record Unsupported(string? Id) : ClientMessage;

    /// <summary>It is alive.</summary>
    public sealed record Ping : ClientMessage;

    /// <summary>It leaves.</summary>
    public sealed record Close : ClientMessage;

    /// <summary>Nothing that concerns the service, such as the end of a stream that there is not.</summary>
    public sealed record Ignored : ClientMessage;

    /// <summary>Reads one; null when it is none.</summary>
    public static ClientMessage? TryRead(in ReadOnlySequence<byte> message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            return Of(json.RootElement, message);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static ClientMessage? Of(JsonElement json, in ReadOnlySequence<byte> message)
    {
        var id = json.TryGetProperty("invocationId", out var given) ? given.GetString() : null;
        if (id is { Length: 0 or > MaxInvocationId })
        {
            return null;
        }

        return json.GetProperty("type").GetInt32() switch
        {
            1 when json.TryGetProperty("streamIds", out var streams) && streams.GetArrayLength() > 0 => new Unsupported(id),
            1 => json.GetProperty("target").GetString() is { Length: > 0 and <= MaxTarget } target
                && !target.Any(char.IsControl)
                && json.GetProperty("arguments").ValueKind == JsonValueKind.Array
                && message.ToArray() is var body
                && Utf8.IsValid(body)
                    ? new Invocation(target, id, body)
                    : null,
            4 => new Unsupported(id),
            6 => new Ping(),
            7 => new Close(),
            2 or 3 or 5 or 8 or 9 => new Ignored(),
            _ => null,
        };
    }
}
