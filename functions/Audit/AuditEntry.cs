using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Audit;

/// <summary>What became of a change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuditOutcome>))]
internal enum AuditOutcome
{
    /// <summary>It was begun. Either it is under way, or the process ended, or storage failed: nobody can say what of it is done.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>It is done.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>It was refused, and nothing has changed.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>It was broken off: the changes that were made until then have entries of their own, and the rest was not made.</summary>
    [JsonStringEnumMemberName("partial")]
    Partial,
}

/// <summary>One change that an operator asked for: who, what, and what it was before and after.</summary>
internal sealed record AuditEntry
{
    public required string Id { get; init; }

    /// <summary>Of one of the many changes of a call: the entry of the call.</summary>
    public string? PartOf { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Caller Actor { get; init; }

    /// <summary>Name of the function.</summary>
    public required string Action { get; init; }

    public required string Method { get; init; }

    /// <summary>Path of the request, without its query.</summary>
    public required string Path { get; init; }

    /// <summary>Path of the resource concerned: of the new one, when one was made.</summary>
    public required string Resource { get; init; }

    /// <summary>Status of the answer; null as long as there is none, and of a part.</summary>
    public int? Status { get; init; }

    public required AuditOutcome Outcome { get; init; }

    /// <summary>The resource as it was read just before, without secrets.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>The answer, without secrets.</summary>
    public JsonElement? After { get; init; }

    [JsonPropertyName("etag_before")]
    public string? ETagBefore { get; init; }

    [JsonPropertyName("etag_after")]
    public string? ETagAfter { get; init; }
}

/// <summary>How the audit log is written out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Listing<AuditEntry>))]
internal sealed partial class AuditJson : JsonSerializerContext;
