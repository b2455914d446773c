using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.MappingRules;

/// <summary>Adds to a metric when a request matches.</summary>
internal sealed record Rule
{
    /// <summary>Made by the server, later ones sort after earlier ones.</summary>
    public required string Id { get; init; }

    public required string Method { get; init; }

    public required string Pattern { get; init; }

    public required string Metric { get; init; }

    public required int Delta { get; init; }

    /// <summary>Rules apply by position, then in the order of their making.</summary>
    public required int Position { get; init; }

    public required bool Last { get; init; }
}

/// <summary>Body that makes or replaces a mapping rule.</summary>
internal sealed record RuleInput
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"];

    public string? Method { get; init; }

    public string? Pattern { get; init; }

    public string? Metric { get; init; }

    public int? Delta { get; init; }

    public int? Position { get; init; }

    public bool? Last { get; init; }

    public void Check(Errors errors)
    {
        if (Method is null)
        {
            errors.Required("/method");
        }
        else if (!Methods.Contains(Method))
        {
            errors.Add("/method", "unknown_method", $"It needs to be one of {string.Join(", ", Methods)}.");
        }

        if (Pattern is null)
        {
            errors.Required("/pattern");
        }
        else if (PatternRules.Find(Pattern) is { } error)
        {
            errors.Add("/pattern", "invalid_pattern", error);
        }

        if (Metric is null)
        {
            errors.Required("/metric");
        }
        else
        {
            errors.Slug("/metric", Metric);
        }

        AtLeastOne(errors, "/delta", Delta);
        AtLeastOne(errors, "/position", Position);
    }

    public Rule ToRule(string id, int position) => new()
    {
        Id = id,
        Method = Method!,
        Pattern = Pattern!,
        Metric = Metric!,
        Delta = Delta ?? 1,
        Position = Position ?? position,
        Last = Last ?? false,
    };

    private static void AtLeastOne(Errors errors, string at, int? value)
    {
        if (value < 1)
        {
            errors.Add(at, "too_small", "It needs to be 1 or more.");
        }
    }
}

/// <summary>How mapping rules are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Rule))]
[JsonSerializable(typeof(RuleInput))]
[JsonSerializable(typeof(Listing<Rule>))]
internal sealed partial class MappingRulesJson : JsonSerializerContext;
