using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>Members that a configuration needs and that are secrets, which a change may leave out.</summary>
    public Func<JsonElement, IEnumerable<string>> Needs { get; init; } = _ => [];

    /// <summary>Secrets of a configuration beside the members that the schema says are write-only.</summary>
    public Func<JsonObject, IEnumerable<PolicySecret>> FurtherSecrets { get; init; } = _ => [];

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
        foreach (var secret in SecretsIn(Copy(configuration)).Where(secret => !secret.IsThere))
        {
            errors.Required(at + secret.At);
        }
    }

    /// <summary>The configuration as operators see it.</summary>
    public JsonElement WithoutSecrets(JsonElement configuration)
    {
        var shown = Copy(configuration);
        foreach (var secret in SecretsIn(shown))
        {
            secret.Holder.Remove(secret.Member);
        }

        return Freeze(shown);
    }

    /// <summary>The configuration with the secrets that it leaves out taken from the one before.</summary>
    public JsonElement KeepSecrets(JsonElement configuration, JsonElement before)
    {
        var whole = Copy(configuration);
        var known = SecretsIn(Copy(before)).Where(secret => secret.IsThere)
            .ToDictionary(secret => secret.Key, secret => secret.Holder[secret.Member]);
        foreach (var secret in SecretsIn(whole).Where(secret => !secret.IsThere))
        {
            if (known.TryGetValue(secret.Key, out var value))
            {
                secret.Holder[secret.Member] = value!.DeepClone();
            }
        }

        return Freeze(whole);
    }

    /// <summary>Where secrets of a configuration are, or have to be: no answer to an operator has them.</summary>
    public IReadOnlyList<PolicySecret> SecretsIn(JsonObject configuration)
    {
        var needed = _secrets.Count == 0 ? [] : Needs(Freeze(configuration)).ToHashSet();
        return
        [
            .. _secrets.Where(member => needed.Contains(member) || configuration.ContainsKey(member))
                .Select(member => new PolicySecret(configuration, member, "/" + member, member)),
            .. FurtherSecrets(configuration),
        ];
    }

    private static JsonObject Copy(JsonElement configuration) =>
        JsonSerializer.SerializeToNode(configuration, FreeJson.Default.JsonElement)!.AsObject();

    private static JsonElement Freeze(JsonObject configuration) => JsonElement.Parse(configuration.ToJsonString());
}
