using System.Collections.Concurrent;

namespace Serverless.Relay.Sessions;

/// <summary>
/// Counts the connections of each application, of all its environments, on this relay; exact however many ask at once,
/// and without a lock. Whoever takes a slot may be told that there is none; nobody else knows where slots come from.
/// </summary>
internal sealed class ConnectionSlots
{
    private readonly ConcurrentDictionary<(string Product, string Application), int> _taken = new();

    /// <summary>Takes a slot; null when <paramref name="most"/> are taken. Without a limit it is counted all the same.</summary>
    public ConnectionSlot? TryTake(string product, string application, int? most)
    {
        var owner = (product, application);
        while (true)
        {
            if (_taken.TryGetValue(owner, out var taken))
            {
                if (taken >= most)
                {
                    return null;
                }

                if (_taken.TryUpdate(owner, taken + 1, taken))
                {
                    return new ConnectionSlot(this, owner, taken + 1);
                }
            }
            else if (most < 1)
            {
                return null;
            }
            else if (_taken.TryAdd(owner, 1))
            {
                return new ConnectionSlot(this, owner, 1);
            }
        }
    }

    /// <summary>Slots that an application has taken.</summary>
    public int Taken(string product, string application) => _taken.GetValueOrDefault((product, application));

    internal void GiveBack((string Product, string Application) owner)
    {
        int taken;
        do
        {
            taken = _taken[owner];
        }
        while (taken == 1 ? !_taken.TryRemove(KeyValuePair.Create(owner, 1)) : !_taken.TryUpdate(owner, taken - 1, taken));
    }
}

/// <summary>One connection of an application. Disposing gives it back, once.</summary>
internal sealed class ConnectionSlot(ConnectionSlots slots, (string Product, string Application) owner, int number) : IDisposable
{
    private bool _isGivenBack;

    /// <summary>How many were taken with it: 1 is the first.</summary>
    public int Number { get; } = number;

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isGivenBack, true))
        {
            slots.GiveBack(owner);
        }
    }
}
