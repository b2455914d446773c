namespace Serverless.Functions.Usage;

/// <summary>What a plan's limits say to a request.</summary>
internal abstract record UsageVerdict
{
    private UsageVerdict()
    {
    }

    /// <summary>Within every limit, and counted.</summary>
    internal sealed record Counted : UsageVerdict;

    /// <summary>A limit is used up; nothing was counted.</summary>
    /// <param name="RetryAfter">Until the last of the exceeded windows ends; null when one of them never does.</param>
    internal sealed record Exceeded(TimeSpan? RetryAfter) : UsageVerdict;

    /// <summary>
    /// Judges one request against all the windows it counts in. Of several exceeded windows the one that ends last
    /// decides when a retry can succeed.
    /// </summary>
    public static UsageVerdict Of(
        IEnumerable<WindowCount> windows,
        IReadOnlyDictionary<string, long> usage,
        DateTimeOffset now)
    {
        var exceeded = false;
        DateTimeOffset? last = DateTimeOffset.MinValue;
        foreach (var window in windows)
        {
            if (!usage.TryGetValue(window.Limit.Metric, out var amount) || amount == 0 || window.Fits(amount))
            {
                continue;
            }

            exceeded = true;
            last = last is { } known && window.Window.End is { } end ? Later(known, end) : null;
        }

        return exceeded ? new Exceeded(last - now) : new Counted();
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
