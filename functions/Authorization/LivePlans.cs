using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
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
        AwaitAsync(product, known => clock.GetUtcNow() - known.Begun >= _life, cancel);

    /// <summary>The same, read after what has turned out to be out of date.</summary>
    public Task<ProductPlans?> FindNewerAsync(string product, ProductPlans outOfDate, CancellationToken cancel) => AwaitAsync(
        product,
        known => known.Plans.Value is { IsCompletedSuccessfully: true } read && read.Result == outOfDate,
        cancel);

    /// <summary>Forgets what an event says has changed, so that whoever asks after it is told what is true now.</summary>
    public void Hear(GatewayEvent? heard)
    {
        if (heard is null)
        {
            _readings.Clear();
        }
        else if (heard is { Application: null, Product: { } product })
        {
            _readings.TryRemove(product, out _);
        }
    }

    private async Task<ProductPlans?> AwaitAsync(string product, Predicate<Reading> isOver, CancellationToken cancel)
    {
        var reading = _readings.TryGetValue(product, out var latest) && !isOver(latest) ? latest : Renew(product, isOver);
        try
        {
            return await reading.Plans.Value.WaitAsync(cancel);
        }
        finally
        {
            // Neither a failure nor that there is no such product is worth remembering.
            if (reading.Plans.Value is { IsCompleted: true } read && !(read.IsCompletedSuccessfully && read.Result is not null))
            {
                _readings.TryRemove(new(product, reading));
            }
        }
    }

    // Both the count and the change take locks that every caller would wait for: only where there is something to read.
    private Reading Renew(string product, Predicate<Reading> isOver)
    {
        if (_readings.Count >= MostProducts)
        {
            _readings.Clear();
        }

        return _readings.AddOrUpdate(product, Begin, (_, known) => isOver(known) ? Begin(product) : known);
    }

    // Begun by whoever asks first for what is kept in the end. Not with his token: others wait for it too.
    private Reading Begin(string product) =>
        new(clock.GetUtcNow(), new(() => catalogue.ReadAsync(product, CancellationToken.None)));

    private sealed record Reading(DateTimeOffset Begun, Lazy<Task<ProductPlans?>> Plans);
}
