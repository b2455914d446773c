using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Serverless.Functions.Plans;

namespace Serverless.Functions.Authorization;

/// <summary>
/// The plans of the products in use, each read again when it is as old as an answer may grow; by one caller, however many
/// wait. So a key is judged by one read of storage.
/// </summary>
internal sealed class LivePlans(PlanCatalogue catalogue, IOptions<AuthorizationOptions> options, TimeProvider clock)
{
    // Of the size of a few thousand limits at most; who has more products in use than this reads some of them more often.
    private const int MostProducts = 10_000;

    private readonly TimeSpan _life = TimeSpan.FromSeconds(options.Value.Seconds);
    private readonly ConcurrentDictionary<string, Reading> _readings = new();

    /// <summary>The plans of a product, or null when there is no such product.</summary>
    public Task<ProductPlans?> FindAsync(string product, CancellationToken cancel) =>
        _readings.TryGetValue(product, out var reading) && clock.GetUtcNow() - reading.Begun < _life
            ? AwaitAsync(product, reading, cancel)
            : ReadAgainAsync(product, cancel);

    /// <summary>The same, read now.</summary>
    public Task<ProductPlans?> ReadAgainAsync(string product, CancellationToken cancel)
    {
        if (_readings.Count >= MostProducts)
        {
            _readings.Clear();
        }

        // Not the caller's token: others may wait for this reading.
        var reading = new Reading(clock.GetUtcNow(), new(() => catalogue.ReadAsync(product, CancellationToken.None)));
        _readings[product] = reading;
        return AwaitAsync(product, reading, cancel);
    }

    private async Task<ProductPlans?> AwaitAsync(string product, Reading reading, CancellationToken cancel)
    {
        var kept = false;
        try
        {
            var plans = await reading.Plans.Value.WaitAsync(cancel);
            kept = plans is not null;
            return plans;
        }
        finally
        {
            // Neither a failure nor that there is no such product is worth remembering.
            if (!kept)
            {
                _readings.TryRemove(new(product, reading));
            }
        }
    }

    private sealed record Reading(DateTimeOffset Begun, Lazy<Task<ProductPlans?>> Plans);
}
