using System.Text.Json.Serialization;

namespace Serverless.Contracts;

/// <summary>The body of every refusal, <c>application/problem+json</c> (RFC 9457), of functions and relay alike.</summary>
public sealed record ProblemDocument
{
    /// <summary>Media type of the body.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>Short text, the same for every refusal of this code.</summary>
    public required string Title { get; init; }

    /// <summary>HTTP status, repeated for those who only keep the body.</summary>
    public required int Status { get; init; }

    /// <summary>Stable name for programs to branch on; letters, digits and <c>_</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What happened this time and what to do about it. Never a credential.</summary>
    public string? Detail { get; init; }

    /// <summary>Every invalid member of the request's body; null when the body was not the matter.</summary>
    public IReadOnlyList<InvalidMember>? Errors { get; init; }
}

/// <summary>One thing that is wrong with a body.</summary>
/// <param name="At">Where: a JSON pointer (RFC 6901); the empty string is the whole document.</param>
/// <param name="Code">Stable name of what is wrong.</param>
/// <param name="Message">The same in a sentence that says what is allowed.</param>
public sealed record InvalidMember([property: JsonPropertyName("pointer")] string At, string Code, string Message)
{
    /// <summary>Line of the place in the text that was sent, from 1; only for documents that people write.</summary>
    public int? Line { get; init; }

    /// <summary>Character of that line, from 1.</summary>
    public int? Column { get; init; }
}
