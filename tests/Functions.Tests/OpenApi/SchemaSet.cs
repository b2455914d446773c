using System.Globalization;
using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>
/// Every schema of the document, compiled once, by its place. The validator is of an older draft than OpenAPI 3.1: a test
/// holds the document to the keywords that mean the same in both.
/// </summary>
internal sealed class SchemaSet
{
    private static readonly JsonSchemaValidator Validator = new();

    private readonly Dictionary<string, JsonSchema> _schemas;

    private SchemaSet(Dictionary<string, JsonSchema> schemas) => _schemas = schemas;

    /// <summary>Compiles the components' schemas, and those at other places.</summary>
    public static async Task<SchemaSet> CompileAsync(JsonNode root, IEnumerable<string> places)
    {
        var components = Pointer.Find(root, "#/components/schemas").AsObject().Select(schema => Pointer.Append("#/components/schemas", schema.Key));
        var names = components.Concat(places).Distinct().Select((at, index) => (at, index))
            .ToDictionary(place => place.at, place => $"schema{place.index}");
        var definitions = new JsonObject();
        foreach (var (at, name) in names)
        {
            var copy = Pointer.Find(root, at).DeepClone();
            foreach (var (_, node) in Pointer.Walk(copy, "").ToList())
            {
                if ((string?)node["$ref"] is { } reference)
                {
                    node["$ref"] = $"#/definitions/{names[reference]}";
                }
            }

            definitions[name] = copy;
        }

        var compiled = await JsonSchema.FromJsonAsync(new JsonObject { ["definitions"] = definitions }.ToJsonString());
        return new(names.ToDictionary(place => place.Key, place => compiled.Definitions[place.Value]));
    }

    /// <summary>What keeps a JSON text from being of the schema at a place: pointers into it, with reasons.</summary>
    public IEnumerable<string> Find(string at, string json)
    {
        // Texts that look like times stay texts, and numbers exact.
        using var reader = new JsonTextReader(new StringReader(json))
        {
            DateParseHandling = DateParseHandling.None,
            FloatParseHandling = FloatParseHandling.Decimal,
        };
        return Validator.Validate(JToken.ReadFrom(reader), _schemas[at]).SelectMany(Describe);
    }

    /// <summary>The same for a text in a path, query or header, which may stand for a number.</summary>
    public IEnumerable<string> FindInText(string at, string text) => Find(
        at,
        _schemas[at].ActualSchema.Type.HasFlag(JsonObjectType.Integer) && long.TryParse(text, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : JsonConvert.ToString(text));

    private static IEnumerable<string> Describe(ValidationError error) => error is ChildSchemaValidationError several
        ? several.Errors.SelectMany(of => of.Value).SelectMany(Describe)
        : [$"{(error.Path?.TrimEnd('/') is { Length: > 0 } path ? path : "#")}: {error.Kind}"];
}
