using System.Globalization;
using System.Text.Json;

namespace Serverless.Relay.Metering;

/// <summary>A JSON pointer (RFC 6901), taken apart once.</summary>
internal sealed class JsonPlace(string pointer)
{
    private readonly string[] _tokens =
        [.. pointer.Split('/').Skip(1).Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    /// <summary>Whether there is a value at this place, and it is this one: numbers by value, all else as it is spelt.</summary>
    public bool Holds(JsonElement message, JsonElement value)
    {
        try
        {
            return Finds(message, value);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is JSON (RFC 8259 §8.2), and yet no text that anything could be compared with.
            return false;
        }
    }

    private bool Finds(JsonElement message, JsonElement value)
    {
        foreach (var token in _tokens)
        {
            if (!TryStep(ref message, token))
            {
                return false;
            }
        }

        return message.ValueKind == value.ValueKind && message.ValueKind switch
        {
            JsonValueKind.String => message.ValueEquals(value.GetString()),
            JsonValueKind.Number => IsSameNumber(message, value),
            JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => true,
            _ => false,
        };
    }

    private static bool TryStep(ref JsonElement at, string token)
    {
        if (at.ValueKind == JsonValueKind.Object)
        {
            return at.TryGetProperty(token, out at);
        }

        // §4: digits without leading zeros.
        if (at.ValueKind != JsonValueKind.Array
            || (token.Length > 1 && token[0] == '0')
            || !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index >= at.GetArrayLength())
        {
            return false;
        }

        at = at[index];
        return true;
    }

    private static bool IsSameNumber(JsonElement one, JsonElement other) =>
        one.TryGetDecimal(out var exact) && other.TryGetDecimal(out var exactOther)
            ? exact == exactOther
            : one.GetDouble().Equals(other.GetDouble());
}
