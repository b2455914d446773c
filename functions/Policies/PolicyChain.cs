using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Policies;

/// <summary>The policies of a product, in the order in which they apply.</summary>
internal sealed record PolicyChain(IReadOnlyList<PolicyEntry> Policies);

/// <summary>One policy in a chain, spelt as 3scale spells it.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Version">Always <c>builtin</c>.</param>
/// <param name="Configuration">Settings of the policy.</param>
/// <param name="Enabled">Whether it takes part in the next promotion.</param>
internal sealed record PolicyEntry(string Name, string Version, JsonElement Configuration, bool Enabled);

/// <summary>Body that replaces a chain.</summary>
internal sealed record PolicyChainInput
{
    public IReadOnlyList<PolicyInput>? Policies { get; init; }

    public void Check(Errors errors)
    {
        if (Policies is null)
        {
            errors.Required("/policies");
        }

        for (var i = 0; i < Policies?.Count; i++)
        {
            var at = $"/policies/{i}";
            Policies[i].Check(errors, at);
            if (Policies.Take(i).Any(p => p.Name is not null && p.Name == Policies[i].Name))
            {
                errors.Add(at + "/name", "duplicate", "A policy may be in a chain once.");
            }
        }
    }

    public PolicyChain ToChain() => new([.. Policies!.Select(p => p.ToEntry())]);
}

/// <summary>One policy of such a body.</summary>
internal sealed record PolicyInput
{
    private const string Builtin = "builtin";

    public string? Name { get; init; }

    public string? Version { get; init; }

    public JsonElement? Configuration { get; init; }

    public bool? Enabled { get; init; }

    public void Check(Errors errors, string at)
    {
        if (Name is null)
        {
            errors.Required(at + "/name");
        }
        else if (!Catalogue.Check.TryGetValue(Name, out var check))
        {
            errors.Add(at + "/name", "unknown_policy", $"It needs to be one of {string.Join(", ", Catalogue.Check.Keys.Order())}.");
        }
        else if (Configuration is { ValueKind: not JsonValueKind.Object })
        {
            errors.Add(at + "/configuration", "wrong_type", "It needs to be an object.");
        }
        else if (Configuration is { } configuration)
        {
            check(configuration, at + "/configuration", errors);
        }

        if (Version is not null and not Builtin)
        {
            errors.Add(at + "/version", "unknown_version", $"It needs to be '{Builtin}', or left out.");
        }
    }

    public PolicyEntry ToEntry() => new(Name!, Builtin, Configuration ?? Catalogue.NoConfiguration, Enabled ?? true);
}

/// <summary>How policy chains are read, written and stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PolicyChain))]
[JsonSerializable(typeof(PolicyChainInput))]
[JsonSerializable(typeof(IReadOnlyList<PolicyEntry>))]
internal sealed partial class PoliciesJson : JsonSerializerContext;
