using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Serverless.Functions.Http;

/// <summary>
/// Holds a JSON document against the type that it shall become, notes every member that does not fit, and gives back
/// the rest. The serializer alone stops at the first.
/// </summary>
internal static class Shape
{
    /// <summary>What fits the type; null where nothing does.</summary>
    public static JsonNode? Clean(JsonElement element, JsonTypeInfo type, string at, Errors errors) =>
        (type.Kind, element.ValueKind) switch
        {
            (_, JsonValueKind.Null) => null,
            (JsonTypeInfoKind.Object, JsonValueKind.Object) => Members(element, type, at, errors),
            (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => Elements(element, type, at, errors),
            (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => Entries(element, type, at, errors),
            (JsonTypeInfoKind.Object, _) => Wrong(at, "an object", errors),
            (JsonTypeInfoKind.Enumerable, _) => Wrong(at, "an array", errors),
            (JsonTypeInfoKind.Dictionary, _) => Wrong(at, "an object", errors),
            _ when type.Type == typeof(JsonElement) || type.Type == typeof(JsonElement?) => Copy(element),
            _ when (Nullable.GetUnderlyingType(type.Type) ?? type.Type) is { IsEnum: true } choice => Choice(element, type, choice, at, errors),
            _ => Value(element, type, at, errors),
        };

    private static JsonObject Members(JsonElement element, JsonTypeInfo type, string at, Errors errors)
    {
        var fitting = new JsonObject();
        foreach (var member in element.EnumerateObject())
        {
            var here = Errors.Append(at, member.Name);
            var known = type.Properties.FirstOrDefault(p => p.Name == member.Name);
            if (known is null)
            {
                errors.Add(here, "unknown_member", $"There is no member '{Text.Shorten(member.Name)}' here.");
            }
            else if (member.Value.ValueKind == JsonValueKind.Null && known.PropertyType == typeof(JsonElement))
            {
                // Any value is meant, and null is one: left out, the member would be undefined.
                fitting[member.Name] = null;
            }
            else if (member.Value.ValueKind == JsonValueKind.Null && !TakesNull(known))
            {
                errors.Add(here, "wrong_type", "It may not be null: leave it out instead.");
            }
            else if (Clean(member.Value, type.Options.GetTypeInfo(known.PropertyType), here, errors) is { } value)
            {
                fitting[member.Name] = value;
            }
        }

        return fitting;
    }

    private static bool TakesNull(JsonPropertyInfo member) => member.PropertyType.IsValueType
        ? Nullable.GetUnderlyingType(member.PropertyType) is not null
        : member.IsSetNullable;

    private static JsonArray? Elements(JsonElement element, JsonTypeInfo type, string at, Errors errors)
    {
        var elementType = type.Options.GetTypeInfo(type.ElementType!);
        var fitting = new JsonArray();
        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            var here = $"{at}/{index++}";
            if (item.ValueKind == JsonValueKind.Null)
            {
                errors.Add(here, "wrong_type", "It may not be null.");
            }

            fitting.Add(Clean(item, elementType, here, errors));
        }

        // Without an element the rest would move up, and further errors would name the wrong ones.
        return fitting.Contains(null) ? null : fitting;
    }

    private static JsonObject Entries(JsonElement element, JsonTypeInfo type, string at, Errors errors)
    {
        var elementType = type.Options.GetTypeInfo(type.ElementType!);
        var fitting = new JsonObject();
        foreach (var member in element.EnumerateObject())
        {
            var here = Errors.Append(at, member.Name);
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                errors.Add(here, "wrong_type", "It may not be null.");
            }
            else if (Clean(member.Value, elementType, here, errors) is { } value)
            {
                fitting[member.Name] = value;
            }
        }

        return fitting;
    }

    // Only as the names are written: the serializer would also take them in other cases, and their numbers.
    private static JsonNode? Choice(JsonElement element, JsonTypeInfo type, Type choice, string at, Errors errors)
    {
        var names = Enum.GetValuesAsUnderlyingType(choice).Cast<object>()
            .Select(value => JsonSerializer.SerializeToNode(Enum.ToObject(choice, value), type)!.GetValue<string>())
            .ToList();
        return element.ValueKind == JsonValueKind.String && names.Contains(element.GetString()!)
            ? JsonValue.Create(element.GetString())
            : Wrong(at, $"one of {string.Join(", ", names)}", errors);
    }

    private static JsonNode? Value(JsonElement element, JsonTypeInfo type, string at, Errors errors)
    {
        try
        {
            _ = element.Deserialize(type);
            return Copy(element);
        }
        catch (JsonException)
        {
            return Wrong(at, Describe(type.Type), errors);
        }
    }

    private static JsonNode? Copy(JsonElement element) =>
        JsonSerializer.SerializeToNode(element, FreeJson.Default.JsonElement);

    private static string Describe(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => "a string",
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(int) => "a whole number up to 2147483647",
        var t when t == typeof(long) => "a whole number up to 9223372036854775807",
        var t when t == typeof(decimal) => "a number",
        var t when t == typeof(DateTimeOffset) => "a time such as 2030-01-31T12:00:00Z",
        _ => "another value",
    };

    private static JsonNode? Wrong(string at, string needed, Errors errors)
    {
        errors.Add(at, "wrong_type", $"It needs to be {needed}.");
        return null;
    }
}
