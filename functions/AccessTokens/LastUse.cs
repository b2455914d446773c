using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Http;

namespace Serverless.Functions.AccessTokens;

/// <summary>Notes when tokens are used: at once at first, then every few minutes, so that a busy token costs next to nothing.</summary>
internal sealed partial class LastUse(AccessTokensTable table, TimeProvider clock, ILogger<LastUse> logger)
{
    /// <summary>How late what is noted may be.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromMinutes(5);

    private const int Most = 1000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _noted = new(StringComparer.Ordinal);

    /// <summary>Notes a use of now, if none was for a while.</summary>
    public async ValueTask NoteAsync(string id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (_noted.TryGetValue(id, out var last) && now - last < Latest)
        {
            return;
        }

        if (_noted.Count >= Most)
        {
            _noted.Clear();
        }

        // Before the write: of many calls at once, one notes it.
        _noted[id] = now;
        try
        {
            await table.NoteUseAsync(id, now, cancel);
        }
        catch (Exception e) when (Failure.IsStorageAway(e))
        {
            // Nobody is refused because of this; the next use is noted instead.
            _noted.TryRemove(id, out _);
            NotNoted(e, id);
        }
    }

    [LoggerMessage(7000, LogLevel.Warning, "The use of access token {Id} could not be noted.", EventName = "UseNotNoted")]
    private partial void NotNoted(Exception exception, string id);

    // The next free id is 7001.
}
