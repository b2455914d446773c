using System.Buffers;
using System.Text.Json;

namespace Serverless.Relay.SignalR;

/// <summary>Writes messages of the JSON hub protocol, each with the character that ends it.</summary>
internal static class Frames
{
    /// <summary>Ends every message.</summary>
    public const byte End = 0x1E;

    /// <summary>A Ping.</summary>
    public static ReadOnlyMemory<byte> Ping { get; } = "{\"type\":6}\u001e"u8.ToArray();

    /// <summary>An Invocation that wants no answer.</summary>
    public static ReadOnlyMemory<byte> Invocation(string target, JsonElement arguments) => Write(json =>
    {
        json.WriteNumber("type", 1);
        json.WriteString("target", target);
        json.WritePropertyName("arguments");
        if (arguments.ValueKind == JsonValueKind.Array)
        {
            arguments.WriteTo(json);
        }
        else
        {
            json.WriteStartArray();
            json.WriteEndArray();
        }
    });

    /// <summary>A Completion without a result, or with an error.</summary>
    public static ReadOnlyMemory<byte> Completion(string invocationId, string? error = null) => Write(json =>
    {
        json.WriteNumber("type", 3);
        json.WriteString("invocationId", invocationId);
        WriteError(json, error);
    });

    /// <summary>A Close. Clients that reconnect by themselves do so only when they are allowed to.</summary>
    public static ReadOnlyMemory<byte> Close(string? error, bool allowReconnect) => Write(json =>
    {
        json.WriteNumber("type", 7);
        WriteError(json, error);
        if (allowReconnect)
        {
            json.WriteBoolean("allowReconnect", true);
        }
    });

    private static void WriteError(Utf8JsonWriter json, string? error)
    {
        if (error is not null)
        {
            json.WriteString("error", error);
        }
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        buffer.Write([End]);
        return buffer.WrittenMemory;
    }
}
