using System.Collections.Frozen;
using System.Text.Json;
using Serverless.Functions.Http;

namespace Serverless.Functions.Policies;

/// <summary>Where a policy needs to stand in a chain.</summary>
/// <param name="Before">Policies that come after it.</param>
/// <param name="After">Policies that come before it.</param>
internal sealed record PolicyOrder(IReadOnlyList<string> Before, IReadOnlyList<string> After);

/// <summary>A policy that relays know by themselves, with the schema of its configuration.</summary>
internal sealed class Builtin
{
    private readonly SchemaCheck _check;
    private readonly FrozenSet<string> _secrets;

    public Builtin(string name)
    {
        var file = typeof(Builtin).Assembly.GetManifestResourceStream($"Policies.Schemas.{name}.json")
            ?? throw new InvalidOperationException($"Policy '{name}' has no schema.");
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        Name = name;
        Schema = JsonElement.Parse(text);
        _check = new SchemaCheck(text);
        _secrets = Schema.GetProperty("properties").EnumerateObject()
            .Where(member => member.Value.TryGetProperty("writeOnly", out var only) && only.GetBoolean())
            .Select(member => member.Name)
            .ToFrozenSet();
    }

    public string Name { get; }

    /// <summary>JSON Schema, draft 4, of its configuration.</summary>
    public JsonElement Schema { get; }

    public string Summary => Schema.GetProperty("title").GetString()!;

    public string Description => Schema.GetProperty("description").GetString()!;

    /// <summary>When it acts: <c>handshake</c>, before the key is judged; <c>upstream</c>, <c>response</c>, <c>tunnel</c>.</summary>
    public required IReadOnlyList<string> Phases { get; init; }

    public PolicyOrder Order { get; init; } = new([], []);

    /// <summary>What no schema can say of a configuration; asked only when the schema finds nothing.</summary>
    public Action<JsonElement, string, Errors> CheckFurther { get; init; } = (_, _, _) => { };

    /// <summary>Members that a configuration needs and that may be secrets, which a change may leave out.</summary>
    public Func<JsonElement, IEnumerable<string>> Needs { get; init; } = _ => [];

    /// <summary>Members that are write-only: no answer to an operator has them.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>Notes everything that is wrong with a configuration, save secrets that are left out.</summary>
    public void Check(JsonElement configuration, string at, Errors errors)
    {
        _check.Check(configuration, at, errors);
        if (!errors.Has(at))
        {
            CheckFurther(configuration, at, errors);
        }
    }

    /// <summary>Notes what a configuration needs and has not, secrets included.</summary>
    public void CheckComplete(JsonElement configuration, string at, Errors errors)
    {
        foreach (var member in Needs(configuration).Where(member => !configuration.TryGetProperty(member, out _)))
        {
            errors.Required(Errors.Append(at, member));
        }
    }

    /// <summary>The configuration as operators see it.</summary>
    public JsonElement WithoutSecrets(JsonElement configuration) => _secrets.Count == 0
        ? configuration
        : Rewrite(configuration.EnumerateObject().Where(member => !_secrets.Contains(member.Name)));

    /// <summary>The configuration with the secrets that it leaves out taken from the one before.</summary>
    public JsonElement KeepSecrets(JsonElement configuration, JsonElement before) => _secrets.Count == 0
        ? configuration
        : Rewrite(configuration.EnumerateObject().Concat(before.EnumerateObject().Where(member =>
            _secrets.Contains(member.Name)
            && Needs(configuration).Contains(member.Name)
            && !configuration.TryGetProperty(member.Name, out _))));

    private static JsonElement Rewrite(IEnumerable<JsonProperty> members)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in members)
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.ToArray());
    }
}
