using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Serverless.Functions.AccessTokens;

/// <summary>
/// Remembers valid tokens for a few seconds, so that a busy relay does not cost a read of storage per call. A deleted
/// token works that long on other instances, and no longer on the one that deleted it.
/// </summary>
internal sealed class KnownTokens(AccessTokensTable table, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private const int Most = 1000;

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>What is known of a token, or null when it is unknown, deleted or expired.</summary>
    public async ValueTask<AccessToken?> FindAsync(string token, CancellationToken cancel)
    {
        if (!Secret.TryParse(token, out var secret))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        if (!_known.TryGetValue(secret.Id, out var known) || now >= known.Until)
        {
            _known.TryRemove(secret.Id, out _);
            if (await table.FindAsync(secret.Id, cancel) is not { } stored)
            {
                return null;
            }

            known = Remember(stored.Value, now);
        }

        return CryptographicOperations.FixedTimeEquals(secret.Hash(), known.Token.Hash)
            && !(known.Token.Token.ExpiresAt <= now)
            ? known.Token.Token
            : null;
    }

    public void Forget(string id) => _known.TryRemove(id, out _);

    private Known Remember(HashedToken token, DateTimeOffset now)
    {
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        return _known[token.Token.Id] = new(token, now + Life);
    }

    private sealed record Known(HashedToken Token, DateTimeOffset Until);
}
