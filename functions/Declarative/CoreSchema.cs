using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>
/// What a plain scalar means by YAML 1.2's core schema: null, true and false, numbers; everything else is a string, so
/// <c>no</c>, <c>12:30</c> and <c>2030-01-31</c> too.
/// </summary>
internal static partial class CoreSchema
{
    /// <summary>
    /// The value as JSON. False for what JSON has no word for: infinity, no number, and hexadecimals beyond 64 bits.
    /// </summary>
    public static bool TryResolve(string plain, out JsonNode? value)
    {
        value = null;
        switch (plain)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return true;
            case "true" or "True" or "TRUE":
                value = JsonValue.Create(true);
                return true;
            case "false" or "False" or "FALSE":
                value = JsonValue.Create(false);
                return true;
        }

        if (Unlike().IsMatch(plain))
        {
            value = JsonValue.Create(plain);
            return true;
        }

        if (Based().Match(plain) is { Success: true } based)
        {
            return TryConvert(based.Groups["base"].Value, based.Groups["digits"].Value, out value);
        }

        if (Decimal().Match(plain) is { Success: true } number)
        {
            value = Number(Normal(number));
            return true;
        }

        value = JsonValue.Create(plain);
        return !Special().IsMatch(plain);
    }

    /// <summary>Whether a text, written plain, would still be a string.</summary>
    public static bool IsString(string plain) =>
        TryResolve(plain, out var value) && value?.GetValueKind() == JsonValueKind.String;

    private static bool TryConvert(string numberBase, string digits, out JsonNode? value)
    {
        value = null;
        var significant = digits.TrimStart('0');
        if (significant.Length > (numberBase == "x" ? 16 : 21))
        {
            return false;
        }

        value = JsonValue.Create(numberBase == "x"
            ? ulong.Parse("0" + significant, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : significant.Aggregate(0UL, (sum, digit) => (sum << 3) | (uint)(digit - '0')));
        return true;
    }

    // JSON knows neither a leading plus nor leading zeros, nor a point without a digit on both sides.
    private static string Normal(Match number)
    {
        var whole = number.Groups["whole"].Value.TrimStart('0');
        var fraction = number.Groups["fraction"].Value;
        return (number.Groups["sign"].Value == "-" ? "-" : "")
            + (whole.Length == 0 ? "0" : whole)
            + (fraction.Length == 0 ? "" : "." + fraction)
            + number.Groups["exponent"].Value;
    }

    private static JsonNode? Number(string json) =>
        JsonSerializer.SerializeToNode(JsonElement.Parse(json), FreeJson.Default.JsonElement);

    // Most scalars are words, and cost one look at their first characters.
    [GeneratedRegex(@"\A[^-+.0-9]", RegexOptions.CultureInvariant)]
    private static partial Regex Unlike();

    [GeneratedRegex(@"\A0(?:(?<base>x)(?<digits>[0-9a-fA-F]+)|(?<base>o)(?<digits>[0-7]+))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Based();

    [GeneratedRegex(
        @"\A(?<sign>[-+]?)(?:(?<whole>[0-9]+)(?:\.(?<fraction>[0-9]*))?|\.(?<fraction>[0-9]+))(?<exponent>(?:[eE][-+]?[0-9]+)?)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"\A(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Special();
}
