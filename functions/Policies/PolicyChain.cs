using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Policies;

/// <summary>The policies of a product, in the order in which they apply.</summary>
internal sealed record PolicyChain(IReadOnlyList<PolicyEntry> Policies)
{
    /// <summary>Names of the shared policies in it.</summary>
    [JsonIgnore]
    public IEnumerable<string> Shared => Policies.Where(policy => policy.IsShared).Select(policy => policy.Name);

    /// <summary>The chain as operators see it.</summary>
    public PolicyChain WithoutSecrets() => new([.. Policies.Select(policy => policy.Builtin is { } builtin
        ? policy with { Configuration = builtin.WithoutSecrets(policy.Configuration) }
        : policy)]);

    /// <summary>The chain with the secrets that it leaves out taken from the one before.</summary>
    public PolicyChain KeepSecrets(PolicyChain before) => new([.. Policies.Select(policy => policy.KeepSecrets(before))]);

    /// <summary>Notes the secrets that are needed and were never given.</summary>
    public void CheckComplete(Errors errors)
    {
        foreach (var (index, policy) in Policies.Index())
        {
            policy.Builtin?.CheckComplete(policy.Configuration, $"/policies/{index}/configuration", errors);
        }
    }
}

/// <summary>One policy in a chain, spelt as 3scale spells it.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Version"><c>builtin</c>, or <c>custom</c> for a shared policy.</param>
/// <param name="Configuration">Settings of the policy; those of a shared one are its own, and here is none.</param>
/// <param name="Enabled">Whether it takes part in the next promotion.</param>
internal sealed record PolicyEntry(string Name, string Version, JsonElement Configuration, bool Enabled)
{
    public const string BuiltinVersion = "builtin";
    public const string SharedVersion = "custom";

    [JsonIgnore]
    public bool IsShared => Version == SharedVersion;

    /// <summary>What relays know it as; null for a shared policy.</summary>
    [JsonIgnore]
    public Builtin? Builtin => IsShared ? null : Catalogue.Find(Name);

    /// <summary>The policy with the secrets that it leaves out taken from the same one in the chain before.</summary>
    public PolicyEntry KeepSecrets(PolicyChain before) =>
        Builtin is { } builtin && before.Policies.FirstOrDefault(b => b.Builtin == builtin) is { } known
            ? this with { Configuration = builtin.KeepSecrets(Configuration, known.Configuration) }
            : this;
}

/// <summary>Body that replaces a chain.</summary>
internal sealed record PolicyChainInput
{
    /// <summary>How many policies a chain may have: several times what there are, each being in it once.</summary>
    public const int MostPolicies = 100;

    // Storage takes 32 Ki characters in a property.
    private const int MaxCharacters = 30_000;

    public IReadOnlyList<PolicyInput>? Policies { get; init; }

    public void Check(Errors errors)
    {
        if (Policies is null)
        {
            errors.Required("/policies");
        }
        else if (Policies.Count > MostPolicies)
        {
            errors.Add("/policies", "too_many", $"A chain may have {MostPolicies} policies and has {Policies.Count}.");
            return;
        }

        var names = new HashSet<string>();
        for (var i = 0; i < Policies?.Count; i++)
        {
            var at = $"/policies/{i}";
            Policies[i].Check(errors, at, MaxCharacters);
            if (Policies[i].Name is { } name && !names.Add(name))
            {
                errors.Add(at + "/name", "duplicate", "A policy may be in a chain once.");
            }
        }

        if (errors.Found.Count == 0 && PoliciesTable.Write(ToChain()).Length is var length and > MaxCharacters)
        {
            errors.Add("/policies", "too_large", $"Stored, a chain may have {MaxCharacters} characters and has {length}.");
        }
    }

    public PolicyChain ToChain() => new([.. Policies!.Select(p => p.ToEntry())]);
}

/// <summary>One policy of such a body.</summary>
internal sealed record PolicyInput
{
    public string? Name { get; init; }

    public string? Version { get; init; }

    public JsonElement? Configuration { get; init; }

    public bool? Enabled { get; init; }

    public void Check(Errors errors, string at, int maxCharacters)
    {
        if (Name is null)
        {
            errors.Required(at + "/name");
        }
        else if (Version == PolicyEntry.SharedVersion)
        {
            CheckShared(errors, at);
        }
        else if (Catalogue.Find(Name) is not { } builtin)
        {
            errors.Add(at + "/name", "unknown_policy", UnknownPolicy());
        }
        else if (Configuration is { ValueKind: not JsonValueKind.Object })
        {
            errors.Add(at + "/configuration", "wrong_type", "It needs to be an object.");
        }
        else if (Configuration is { } given && Length(given) > maxCharacters)
        {
            errors.Add(at + "/configuration", "too_large", $"It may have {maxCharacters} characters.");
        }
        else
        {
            builtin.Check(Configuration ?? Catalogue.NoConfiguration, at + "/configuration", errors);
        }

        if (Version is not (null or PolicyEntry.BuiltinVersion or PolicyEntry.SharedVersion))
        {
            errors.Add(
                at + "/version",
                "unknown_version",
                $"It needs to be '{PolicyEntry.BuiltinVersion}', or left out, or '{PolicyEntry.SharedVersion}' for a shared policy.");
        }
    }

    public PolicyEntry ToEntry() =>
        new(Name!, Version ?? PolicyEntry.BuiltinVersion, Configuration ?? Catalogue.NoConfiguration, Enabled ?? true);

    /// <summary>What to say of a policy that relays do not know.</summary>
    public static string UnknownPolicy() => $"It needs to be one of {string.Join(", ", Catalogue.All.Select(policy => policy.Name))}.";

    // As it is stored: without what only parts its members.
    private static int Length(JsonElement configuration) =>
        JsonSerializer.Serialize(configuration, PoliciesJson.Default.JsonElement).Length;

    private void CheckShared(Errors errors, string at)
    {
        errors.Slug(at + "/name", Name!);
        if (Configuration is { } given && !(given.ValueKind == JsonValueKind.Object && !given.EnumerateObject().Any()))
        {
            errors.Add(at + "/configuration", "not_used", "A shared policy has its configuration already: leave it out.");
        }
    }
}

/// <summary>How policies and their chains are read, written and stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PolicyChain))]
[JsonSerializable(typeof(PolicyChainInput))]
[JsonSerializable(typeof(IReadOnlyList<PolicyEntry>))]
[JsonSerializable(typeof(SharedPolicyInput))]
[JsonSerializable(typeof(CataloguedPolicy))]
[JsonSerializable(typeof(Listing<CataloguedPolicy>))]
internal sealed partial class PoliciesJson : JsonSerializerContext;
