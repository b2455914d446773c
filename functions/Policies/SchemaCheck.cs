using System.Globalization;
using System.Text.Json;
using NJsonSchema;
using NJsonSchema.Validation;
using Serverless.Functions.Http;

namespace Serverless.Functions.Policies;

/// <summary>
/// Holds a configuration against a JSON Schema (draft 4, which is what the library keeps to) and says everything that is wrong
/// as any other body's check does. The schemas are our own: their expressions are few, and none goes back on itself.
/// </summary>
internal sealed class SchemaCheck(string schema)
{
    private readonly Lock _lock = new();
    private readonly JsonSchemaValidator _validator = new(Formats.All);
    private readonly JsonSchema _schema = JsonSchema.FromJsonAsync(schema).GetAwaiter().GetResult();

    /// <summary>Notes what is wrong, under the given pointer.</summary>
    public void Check(JsonElement configuration, string at, Errors errors)
    {
        if (!AreNumbers(configuration, Place.Of(at), errors))
        {
            return;
        }

        // The library fills in what it knows of a schema while it reads it.
        lock (_lock)
        {
            Note(_validator.Validate(configuration.GetRawText(), _schema), at, errors);
        }
    }

    // The library fails at numbers beyond what it counts with.
    private static bool AreNumbers(JsonElement element, Place at, Errors errors)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return element.EnumerateObject()
                    .Select(member => AreNumbers(member.Value, at.Member(member.Name), errors))
                    .ToList()
                    .TrueForAll(fits => fits);
            case JsonValueKind.Array:
                return element.EnumerateArray()
                    .Select((item, index) => AreNumbers(item, at.Item(index), errors))
                    .ToList()
                    .TrueForAll(fits => fits);
            case JsonValueKind.Number when !element.TryGetInt64(out _)
                && (!element.GetRawText().AsSpan().ContainsAny(".eE") || !element.TryGetDecimal(out _)):
                errors.Add(at, "out_of_range", "It is a number beyond all that is of use.");
                return false;
            default:
                return true;
        }
    }

    private void Note(ICollection<ValidationError> found, string at, Errors errors)
    {
        // Of what is no object, it also says which members it does not have.
        var noObject = found.Where(error => error.Kind == ValidationErrorKind.ObjectExpected).Select(error => error.Path ?? "").ToHashSet();
        foreach (var error in found.Where(error => error.Kind == ValidationErrorKind.ObjectExpected || !Around(error).Any(noObject.Contains)))
        {
            if (error is ChildSchemaValidationError child)
            {
                Note([.. child.Errors.Values.SelectMany(inner => inner)], at, errors);
            }
            else
            {
                var (code, message) = Describe(error);
                errors.Add(at + Pointer(error), code, message);
            }
        }
    }

    // The path of an error, and those of all that it is within. The library writes #/request[0].header.
    private static IEnumerable<string> Around(ValidationError error)
    {
        var path = error.Path ?? "";
        for (var end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOfAny(".[/"))
        {
            yield return path[..end];
        }

        yield return "";
    }

    // The library writes #/request[0].header. No member that a schema knows has a dot or a bracket in its name.
    private static string Pointer(ValidationError error)
    {
        var path = error.Path is ['#', '/', .. var rest] ? rest : "";
        var unknown = error.Kind == ValidationErrorKind.NoAdditionalPropertiesAllowed ? error.Property! : "";
        var known = path[..^unknown.Length].Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
        var pointer = string.Concat(known.Select(part => "/" + part));
        return unknown.Length > 0 ? Errors.Append(pointer, unknown) : pointer;
    }

    private (string Code, string Message) Describe(ValidationError error)
    {
        var schema = error.Schema.ActualSchema;
        return error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => ("required", "It is needed."),
            ValidationErrorKind.NoAdditionalPropertiesAllowed => ("unknown_member", _schema.Properties.Count == 0
                ? $"The policy takes no configuration, and so no member '{Text.Shorten(error.Property!)}'."
                : $"There is no member '{Text.Shorten(error.Property!)}' here."),
            ValidationErrorKind.StringExpected => Wrong("a string"),
            ValidationErrorKind.BooleanExpected => Wrong("true or false"),
            ValidationErrorKind.IntegerExpected => Wrong("a whole number"),
            ValidationErrorKind.NumberExpected => Wrong("a number"),
            ValidationErrorKind.ObjectExpected => Wrong("an object"),
            ValidationErrorKind.ArrayExpected => Wrong("an array"),
            ValidationErrorKind.NotInEnumeration =>
                ("unknown_value", $"It needs to be one of {string.Join(", ", schema.Enumeration)}."),
            ValidationErrorKind.StringTooLong => ("too_long", $"It may have {schema.MaxLength} characters."),
            ValidationErrorKind.StringTooShort => ("empty", "It needs at least one character."),
            ValidationErrorKind.NumberTooSmall or ValidationErrorKind.NumberTooBig or ValidationErrorKind.IntegerTooBig =>
                ("out_of_range", string.Create(CultureInfo.InvariantCulture, $"It needs to be {schema.Minimum} to {schema.Maximum}.")),
            ValidationErrorKind.TooFewItems => ("too_few", $"It needs {schema.MinItems} or more."),
            ValidationErrorKind.TooManyItems => ("too_many", $"It may hold {schema.MaxItems}."),
            ValidationErrorKind.ItemsNotUnique => ("duplicate", "It holds the same twice."),
            ValidationErrorKind.PatternMismatch => ("invalid_format", schema.Description!),
            _ => ("invalid", "It is not what the schema of the policy asks for."),
        };
    }

    private static (string Code, string Message) Wrong(string needed) => ("wrong_type", $"It needs to be {needed}.");
}
