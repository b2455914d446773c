using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Http;

/// <summary>Writes JSON for people too: quotes and letters outside ASCII stay as they are.</summary>
internal static class ReadableJson
{
    // The default escapes for JSON inside HTML pages, which answers with a JSON media type never are.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync<T>(
        HttpResponse response, T value, JsonTypeInfo<T> type, string mediaType, CancellationToken cancel)
    {
        response.ContentType = $"{mediaType}; charset=utf-8";
        await using (var writer = new Utf8JsonWriter(response.BodyWriter, Options))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        await response.BodyWriter.FlushAsync(cancel);
    }
}
