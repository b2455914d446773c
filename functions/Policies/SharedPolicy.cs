using System.Text.Json;
using Serverless.Functions.Http;

namespace Serverless.Functions.Policies;

/// <summary>
/// A use of a builtin policy under a name of its own, configured once for many chains. A chain names it with version
/// <c>custom</c>, and promotion puts the builtin policy in its place.
/// </summary>
internal sealed record SharedPolicy(string Name, string Summary, string Builtin, JsonElement Configuration)
{
    /// <summary>What relays know it as.</summary>
    public Builtin Policy => Catalogue.Find(Builtin)!;

    /// <summary>Whether both have the same configuration, secrets included.</summary>
    public bool IsConfiguredAs(SharedPolicy other) => JsonElement.DeepEquals(Configuration, other.Configuration);

    /// <summary>The policy with the secrets that it leaves out taken from the one before.</summary>
    public SharedPolicy KeepSecrets(SharedPolicy before) => Builtin == before.Builtin
        ? this with { Configuration = Policy.KeepSecrets(Configuration, before.Configuration) }
        : this;
}

/// <summary>Body that makes or replaces a shared policy.</summary>
internal sealed record SharedPolicyInput
{
    // Storage takes 32 Ki characters in a property.
    private const int MaxCharacters = 30_000;

    public string? Name { get; init; }

    public string? Summary { get; init; }

    public string? Builtin { get; init; }

    public JsonElement? Configuration { get; init; }

    public void Check(Errors errors, string? existing = null)
    {
        errors.SystemName("/name", Name, existing);
        if (existing is null && Name is not null && Catalogue.Find(Name) is not null)
        {
            errors.Add("/name", "reserved", $"'{Name}' is a builtin policy.");
        }

        errors.Name("/summary", Summary);
        if (Builtin is null)
        {
            errors.Required("/builtin");
        }
        else if (Catalogue.Find(Builtin) is not { } builtin)
        {
            errors.Add("/builtin", "unknown_policy", PolicyInput.UnknownPolicy());
        }
        else if (Configuration is { ValueKind: not JsonValueKind.Object })
        {
            errors.Add("/configuration", "wrong_type", "It needs to be an object.");
        }
        else if (Configuration?.GetRawText().Length > MaxCharacters)
        {
            errors.Add("/configuration", "too_large", $"It may have {MaxCharacters} characters.");
        }
        else
        {
            builtin.Check(Configuration ?? Catalogue.NoConfiguration, "/configuration", errors);
        }
    }

    /// <summary>The same of one that is to be made, which has no secrets to keep.</summary>
    public void CheckNew(Errors errors)
    {
        Check(errors);
        if (Builtin is not null && Catalogue.Find(Builtin) is { } builtin && !errors.Has("/configuration"))
        {
            builtin.CheckComplete(Configuration ?? Catalogue.NoConfiguration, "/configuration", errors);
        }
    }

    public SharedPolicy ToPolicy(string name) => new(name, Summary!, Builtin!, Configuration ?? Catalogue.NoConfiguration);
}

/// <summary>A policy as the catalogue shows it.</summary>
internal sealed record CataloguedPolicy
{
    public required string Name { get; init; }

    /// <summary>What a chain says of it: <c>builtin</c>, or <c>custom</c>.</summary>
    public required string Version { get; init; }

    public required string Summary { get; init; }

    public string? Description { get; init; }

    /// <summary>JSON Schema of the configuration, for a builtin policy.</summary>
    public JsonElement? Schema { get; init; }

    public required IReadOnlyList<string> Phases { get; init; }

    public required PolicyOrder Order { get; init; }

    /// <summary>What a shared policy uses.</summary>
    public string? Builtin { get; init; }

    /// <summary>How a shared policy uses it, without secrets.</summary>
    public JsonElement? Configuration { get; init; }

    public static CataloguedPolicy Of(Builtin policy) => new()
    {
        Name = policy.Name,
        Version = PolicyEntry.BuiltinVersion,
        Summary = policy.Summary,
        Description = policy.Description,
        Schema = policy.Schema,
        Phases = policy.Phases,
        Order = policy.Order,
    };

    public static CataloguedPolicy Of(SharedPolicy shared) => new()
    {
        Name = shared.Name,
        Version = PolicyEntry.SharedVersion,
        Summary = shared.Summary,
        Phases = shared.Policy.Phases,
        Order = shared.Policy.Order,
        Builtin = shared.Builtin,
        Configuration = shared.Policy.WithoutSecrets(shared.Configuration),
    };
}
