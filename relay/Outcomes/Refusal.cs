namespace Serverless.Relay.Outcomes;

/// <summary>A refusal: the reason, and what to add to its fixed text this time.</summary>
/// <param name="Reason">Decides status, code and title (<c>RefusalTable</c>).</param>
/// <param name="Detail">One sentence for the client; never a credential, and nothing about the private network.</param>
/// <param name="RetryAfter">Sent as Retry-After, rounded up to seconds.</param>
/// <param name="Own">What a policy wants the client to read instead of the problem document.</param>
internal sealed record Refusal(
    RefusalReason Reason, string? Detail = null, TimeSpan? RetryAfter = null, OwnAnswer? Own = null);

/// <summary>An answer in an operator's own words.</summary>
internal sealed record OwnAnswer(int Status, string ContentType, string Text);
