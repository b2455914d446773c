using System.Text.Json.Serialization;

namespace Serverless.Functions.Statements;

/// <summary>What an application has to pay for a month, line by line.</summary>
internal sealed record Statement
{
    public required string Application { get; init; }

    /// <summary>Such as <c>2030-01</c>.</summary>
    public required string Month { get; init; }

    /// <summary>The plan that it is on now: all of the month is reckoned by that.</summary>
    public required string Plan { get; init; }

    public required IReadOnlyList<StatementLine> Lines { get; init; }

    public required decimal Total { get; init; }

    /// <summary>Amounts are in the currency of the plan, which nobody tells: null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Currency { get; init; }
}

/// <summary>One thing to pay.</summary>
internal sealed record StatementLine
{
    public required LineKind Kind { get; init; }

    /// <summary>Of usage: what was used.</summary>
    public string? Metric { get; init; }

    /// <summary>Of usage: the first unit of the month that has this price.</summary>
    public long? From { get; init; }

    /// <summary>Of usage: the last; null for all that follow.</summary>
    public long? To { get; init; }

    /// <summary>How many were used at this price; of the fixed cost, how many days are paid.</summary>
    public required long Units { get; init; }

    /// <summary>Of usage: the price of one.</summary>
    public decimal? CostPerUnit { get; init; }

    /// <summary>To four decimals.</summary>
    public required decimal Cost { get; init; }
}

/// <summary>What is paid for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LineKind>))]
internal enum LineKind
{
    /// <summary>The plan's setup fee, in the month in which the first day is paid.</summary>
    [JsonStringEnumMemberName("setup")]
    Setup,

    /// <summary>The plan's cost per month, for the days of the month that are paid.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,

    /// <summary>What was used, by the plan's pricing rules.</summary>
    [JsonStringEnumMemberName("usage")]
    Usage,
}

/// <summary>How statements are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Statement))]
internal sealed partial class StatementsJson : JsonSerializerContext;
