using Serverless.Contracts;
using Serverless.Functions.Plans;

namespace Serverless.Functions.Usage;

/// <summary>The limits that a claim has watched, as relays are told of them.</summary>
internal static class WatchedLimits
{
    /// <summary>Null when there are none.</summary>
    public static IReadOnlyList<MeteredLimit>? Of(UsageClaim claim) => claim.Watch.Count == 0
        ? null
        :
        [
            .. claim.Watch.Select(count => new MeteredLimit
            {
                Metric = count.Limit.Metric,
                Period = count.Limit.Period.Name(),
                Limit = count.Limit.Value,
                Used = count.Used,
                EndsAt = count.Window.End,
            }),
        ];
}
