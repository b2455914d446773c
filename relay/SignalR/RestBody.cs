using System.Net.Mime;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Serverless.Relay.SignalR;

/// <summary>Reads bodies: JSON, bounded, its names in whatever capitals, as the SDK writes others than the documentation.</summary>
internal static class RestBody
{
    /// <summary>Reads a body; null, and why, when it is not JSON or too large.</summary>
    public static async Task<(JsonElement? Body, RestAnswer Refusal)> ReadAsync(RestCall call, CancellationToken cancel)
    {
        var request = call.Request;
        if (request.ContentType is { Length: > 0 } type && !IsJson(type))
        {
            return (null, new RestAnswer(StatusCodes.Status415UnsupportedMediaType, [new Fault("UnsupportedMediaType", "The body needs to be application/json.")]));
        }

        if (request.ContentLength > call.MaxBytes || await ReadAsync(request.Body, call.MaxBytes, cancel) is not { } bytes)
        {
            return (null, new RestAnswer(
                StatusCodes.Status413PayloadTooLarge, [new Fault("PayloadTooLarge", $"A body has {call.MaxBytes} bytes at most.")]));
        }

        try
        {
            using var json = JsonDocument.Parse(bytes);
            if (JsonTexts.AreSound(bytes))
            {
                return (json.RootElement.Clone(), RestAnswer.Done);
            }
        }
        catch (JsonException)
        {
            // Refused below, like what has no texts.
        }

        return (null, RestAnswer.Invalid(new Fault("InvalidArgument", "The body needs to be JSON, in UTF-8.")));
    }

    /// <summary>A property, whatever its capitals.</summary>
    public static JsonElement? Property(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object
        ? json.EnumerateObject().Where(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(property => (JsonElement?)property.Value).FirstOrDefault()
        : null;

    /// <summary>A property that is a text, or null.</summary>
    public static string? Text(JsonElement json, string name) =>
        Property(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The message to clients that <c>target</c> and <c>arguments</c> say; null and a fault when they say none.</summary>
    public static ReadOnlyMemory<byte>? Invocation(JsonElement json, out Fault? fault)
    {
        var arguments = Property(json, "arguments") ?? default;
        fault = Text(json, "target") is not { Length: > 0 } ? new Fault("InvalidArgument", "'target' needs a text that is not empty.", "target")
            : arguments.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Array) ? new Fault("InvalidArgument", "'arguments' needs a list.", "arguments")
            : null;
        if (fault is not null)
        {
            return null;
        }

        return Frames.Invocation(Text(json, "target")!, arguments);
    }

    private static bool IsJson(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));

    private static async Task<byte[]?> ReadAsync(Stream body, int most, CancellationToken cancel)
    {
        var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            if (read.Length + count > most)
            {
                return null;
            }

            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }
}
