using System.Text.Json;
using System.Text.Unicode;

namespace Serverless.Relay.SignalR;

/// <summary>What a webhook answers to an invocation: nothing, or a whole Completion, which goes to the client as it is.</summary>
internal static class UpstreamAnswer
{
    /// <summary>What the client is sent for it.</summary>
    public static ReadOnlyMemory<byte> Of(string invocationId, byte[] body)
    {
        if (body.Length == 0)
        {
            return Frames.Completion(invocationId);
        }

        // A frame begins where another ends: a second one, or one of another kind, would be a message of the app's that nobody sent.
        var message = body[^1] == Frames.End ? body.AsMemory(0, body.Length - 1) : body;
        if (message.Span.Contains(Frames.End) || !IsCompletion(message, invocationId))
        {
            return Frames.Completion(invocationId, "Invocation failed, the upstream's answer is no completion of it.");
        }

        return body[^1] == Frames.End ? body : (byte[])[.. body, Frames.End];
    }

    private static bool IsCompletion(ReadOnlyMemory<byte> message, string invocationId)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            return Utf8.IsValid(message.Span)
                && json.RootElement.GetProperty("type").GetInt32() == 3
                && json.RootElement.GetProperty("invocationId").GetString() == invocationId
                && !(json.RootElement.TryGetProperty("error", out var error) && (error.ValueKind != JsonValueKind.String || json.RootElement.TryGetProperty("result", out _)));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }
}
