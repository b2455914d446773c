using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Functions.Http;

/// <summary>
/// Reads bodies that are right in one step, a fifth of what it takes to look for all that may be wrong. It takes only what
/// <see cref="Shape"/> would find no fault with, so only types of texts, numbers and maps of numbers, for which the
/// serializer can be told to be as strict; what it does not take is read again with care.
/// </summary>
internal static class QuickRead
{
    private static readonly ConcurrentDictionary<JsonTypeInfo, JsonTypeInfo?> Strict = new();

    public static bool TryRead<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value)
        where T : class
    {
        value = null;
        if (Strict.GetOrAdd(type, MakeStrict) is not JsonTypeInfo<T> strict)
        {
            return false;
        }

        try
        {
            value = JsonSerializer.Deserialize(json, strict);
            return value is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonTypeInfo? MakeStrict(JsonTypeInfo type) =>
        type.Kind == JsonTypeInfoKind.Object && type.Properties.All(IsPlain)
            ? new JsonSerializerOptions(type.Options)
            {
                UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
                AllowDuplicateProperties = false,
            }.GetTypeInfo(type.Type)
            : null;

    private static bool IsPlain(JsonPropertyInfo member) =>
        member.IsSetNullable
        && (member.PropertyType == typeof(string)
            || member.PropertyType == typeof(long?)
            || member.PropertyType == typeof(int?)
            || member.PropertyType == typeof(bool?)
            || member.PropertyType == typeof(IReadOnlyDictionary<string, long>));
}
