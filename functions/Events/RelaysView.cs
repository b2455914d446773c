namespace Serverless.Functions.Events;

/// <summary>What all relays last said of themselves, read a few times a second at most, however many streams look at it.</summary>
internal sealed class RelaysView(RelaysTable table, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Reading? _latest;

    /// <summary>All relays that were heard of lately, as of just now.</summary>
    public async Task<IReadOnlyList<KnownRelay>> ReadAsync(CancellationToken cancel)
    {
        if (Fresh is { } known)
        {
            return known;
        }

        await _turn.WaitAsync(cancel);
        try
        {
            if (Fresh is { } meanwhile)
            {
                return meanwhile;
            }

            var begun = clock.GetTimestamp();
            var read = await table.ReadAsync(cancel);
            Volatile.Write(ref _latest, new(read, begun));
            return read;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private IReadOnlyList<KnownRelay>? Fresh =>
        Volatile.Read(ref _latest) is { } latest && clock.GetElapsedTime(latest.Begun) < Life ? latest.Relays : null;

    private sealed record Reading(IReadOnlyList<KnownRelay> Relays, long Begun);
}
