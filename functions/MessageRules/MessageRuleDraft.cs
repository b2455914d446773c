using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.MessageRules;

/// <summary>A message rule as operators make and change it; promotion freezes it.</summary>
internal sealed record MessageRuleDraft
{
    /// <summary>Made by the server, later ones sort after earlier ones.</summary>
    public required string Id { get; init; }

    public required MessageDirection Direction { get; init; }

    public required MessageOpcode Opcode { get; init; }

    /// <summary>JSON pointer; null when every message of the kind counts.</summary>
    public string? Pointer { get; init; }

    /// <summary>What the value at the pointer needs to be, JSON's null too; null without a pointer.</summary>
    [JsonPropertyName("equals")]
    public JsonElement? EqualTo { get; init; }

    public required string Metric { get; init; }

    public required int Delta { get; init; }

    /// <summary>Rules are listed by position, then in the order of their making.</summary>
    public required int Position { get; init; }

    /// <summary>What two rules have in common that match the same and count on the same metric.</summary>
    [JsonIgnore]
    public MessageMatch Match => new(
        Direction,
        Opcode,
        Pointer,
        EqualTo is { } value ? $"{value.ValueKind} {value}" : null,
        Metric);
}

/// <summary>What a message rule matches, and the metric that it counts on.</summary>
internal sealed record MessageMatch(
    MessageDirection Direction,
    MessageOpcode Opcode,
    string? Pointer,
    string? EqualTo,
    string Metric);

/// <summary>Body that makes or replaces a message rule.</summary>
internal sealed record MessageRuleInput
{
    public string? Direction { get; init; }

    public string? Opcode { get; init; }

    public string? Pointer { get; init; }

    /// <summary>Undefined when it is left out: null is a value.</summary>
    [JsonPropertyName("equals")]
    public JsonElement EqualTo { get; init; }

    public string? Metric { get; init; }

    public int? Delta { get; init; }

    public int? Position { get; init; }

    public void Check(Errors errors)
    {
        if (Direction is null)
        {
            errors.Required("/direction");
        }
        else if (Words<MessageDirection>.Parse(Direction) is null)
        {
            errors.Add("/direction", "unknown_direction", $"It needs to be one of {Words<MessageDirection>.List}.");
        }

        if (Opcode is not null && Words<MessageOpcode>.Parse(Opcode) is null)
        {
            errors.Add("/opcode", "unknown_opcode", $"It needs to be one of {Words<MessageOpcode>.List}.");
        }

        PointerRules.Check(errors, Pointer, EqualTo);
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

    public MessageRuleDraft ToRule(string id, int position) => new()
    {
        Id = id,
        Direction = Words<MessageDirection>.Parse(Direction!)!.Value,
        Opcode = Opcode is null ? MessageOpcode.Any : Words<MessageOpcode>.Parse(Opcode)!.Value,
        Pointer = Pointer,
        EqualTo = Pointer is null ? null : EqualTo,
        Metric = Metric!,
        Delta = Delta ?? 1,
        Position = Position ?? position,
    };

    private static void AtLeastOne(Errors errors, string at, int? value)
    {
        if (value < 1)
        {
            errors.Add(at, "too_small", "It needs to be 1 or more.");
        }
    }
}

/// <summary>How message rules are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MessageRuleDraft))]
[JsonSerializable(typeof(MessageRuleInput))]
[JsonSerializable(typeof(Listing<MessageRuleDraft>))]
internal sealed partial class MessageRulesJson : JsonSerializerContext;
