using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Functions.Http;

namespace Serverless.Functions.MessageRules;

/// <summary>What a JSON pointer, and the value looked for at it, have to look like.</summary>
internal static partial class PointerRules
{
    public const int MaxPointer = 255;
    public const int MaxText = 1024;

    public static void Check(Errors errors, string? pointer, JsonElement value)
    {
        if (pointer is { Length: > MaxPointer })
        {
            errors.Add("/pointer", "too_long", $"It may have {MaxPointer} characters and has {pointer.Length}.");
        }
        else if (pointer is not null && !PointerPattern().IsMatch(pointer))
        {
            errors.Add("/pointer", "invalid_pointer", "It needs a JSON pointer: '/' before each name, in which '~' is ~0 and '/' is ~1.");
        }

        if (pointer is null && value.ValueKind != JsonValueKind.Undefined)
        {
            errors.Add("/equals", "without_pointer", "It is of the value at a pointer, and there is no pointer.");
        }
        else if (pointer is not null)
        {
            CheckValue(errors, value);
        }
    }

    private static void CheckValue(Errors errors, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                errors.Required("/equals");
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                errors.Add("/equals", "wrong_type", "It needs to be a string, a number, true, false or null.");
                break;
            case JsonValueKind.String when value.GetString()!.Length is var length and > MaxText:
                errors.Add("/equals", "too_long", $"It may have {MaxText} characters and has {length}.");
                break;
            case JsonValueKind.Number when value.GetRawText().Length > MaxText || !double.IsFinite(value.GetDouble()):
                errors.Add("/equals", "out_of_range", "It needs to be a number of 64-bit floating point.");
                break;
        }
    }

    // RFC 6901, section 3.
    [GeneratedRegex(@"\A(/([^~/]|~[01])*)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PointerPattern();
}
