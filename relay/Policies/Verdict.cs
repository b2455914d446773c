using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Policies;

/// <summary>What a policy makes of a request.</summary>
/// <param name="Refusal">Null when it passes.</param>
internal readonly record struct Verdict(Refusal? Refusal)
{
    /// <summary>The request goes on.</summary>
    public static Verdict Pass => default;

    /// <summary>The request ends here.</summary>
    public static Verdict Refuse(RefusalReason reason, string? detail = null) => new(new Refusal(reason, detail));
}
