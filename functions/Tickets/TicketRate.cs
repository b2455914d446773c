using Microsoft.Extensions.Options;

namespace Serverless.Functions.Tickets;

/// <summary>
/// Counts the tickets of each application in this process, anew after each life of a ticket: it keeps a key that has gone
/// astray from filling storage, and is no limit to sell by.
/// </summary>
internal sealed class TicketRate(IOptions<TicketsOptions> options, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _sold = [];
    private DateTimeOffset _end;

    /// <summary>Whether there is one more for the application; and if not, how long it has to wait.</summary>
    public bool TryTake(string application, out TimeSpan wait)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (now >= _end)
            {
                _sold.Clear();
                _end = now + options.Value.Lifetime;
            }

            wait = _end - now;
            var sold = _sold.GetValueOrDefault(application);
            _sold[application] = Math.Min(sold + 1, options.Value.Most);
            return sold < options.Value.Most;
        }
    }
}
