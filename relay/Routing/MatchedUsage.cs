using System.Collections.Frozen;

namespace Serverless.Relay.Routing;

/// <summary>What a request is about to use: the sum over the mapping rules that matched.</summary>
/// <param name="Deltas">By metric; every entry 1 and up.</param>
internal sealed record MatchedUsage(IReadOnlyDictionary<string, long> Deltas)
{
    /// <summary>No rule matched.</summary>
    public static readonly MatchedUsage None = new(FrozenDictionary<string, long>.Empty);

    /// <summary>Whether no rule matched.</summary>
    public bool IsNone => Deltas.Count == 0;
}
