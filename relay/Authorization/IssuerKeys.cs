using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;

namespace Serverless.Relay.Authorization;

/// <summary>
/// What one issuer signs with, as last heard: fetched when first needed, now and then anew, and when a token names an
/// unknown key; by one caller while the others wait, and never sooner after the last time than
/// <see cref="AuthorizationOptions.IssuerPause"/>.
/// </summary>
internal sealed class IssuerKeys(
    Uri issuer, IDocumentRetriever documents, IOptions<AuthorizationOptions> options, TimeProvider time, ILogger log)
{
    // Beyond a day without a word, what the issuer has withdrawn meanwhile weighs more than that it may be away.
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private SigningKeys? _current;
    private long _heard;
    private long? _asked;
    private Task? _fetching;

    /// <summary>The keys; null when there are none and the issuer is away.</summary>
    public async ValueTask<SigningKeys?> GetAsync(CancellationToken cancel)
    {
        if (TryGet(options.Value.IssuerRefresh, out var keys))
        {
            return keys;
        }

        // While one caller fetches, what is known does for the others.
        await FetchAsync(join: !TryGet(MaxAge, out _), cancel);
        return TryGet(MaxAge, out keys) ? keys : null;
    }

    /// <summary>The keys after those that did not do; the same ones when it is too early to ask again.</summary>
    public async ValueTask<SigningKeys> AfterAsync(SigningKeys keys, CancellationToken cancel)
    {
        if (TryGet(MaxAge, out var current) && current != keys)
        {
            return current;
        }

        await FetchAsync(join: true, cancel);
        return TryGet(MaxAge, out current) ? current : keys;
    }

    private bool TryGet(TimeSpan maxAge, [NotNullWhen(true)] out SigningKeys? keys)
    {
        lock (_lock)
        {
            keys = _current is not null && time.GetElapsedTime(_heard) < maxAge ? _current : null;
            return keys is not null;
        }
    }

    private Task FetchAsync(bool join, CancellationToken cancel)
    {
        TaskCompletionSource fetched;
        lock (_lock)
        {
            if (_fetching is not null)
            {
                return join ? _fetching.WaitAsync(cancel) : Task.CompletedTask;
            }

            if (_asked is { } asked && time.GetElapsedTime(asked) < options.Value.IssuerPause)
            {
                return Task.CompletedTask;
            }

            fetched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _fetching = fetched.Task;
        }

        // Takes no token: whoever leaves, the others still wait for it. Its time is bounded by the documents.
        return FetchAsync(fetched).WaitAsync(cancel);
    }

    private async Task FetchAsync(TaskCompletionSource fetched)
    {
        SigningKeys? keys = null;
        try
        {
            keys = await SigningKeys.FetchAsync(issuer, documents, CancellationToken.None);
            AuthorizationLog.IssuerKeys(log, issuer, string.Join(", ", keys.Keys.Select(key => key.KeyId ?? "a key without id")));
        }
        catch (Exception error)
        {
            // Whatever a stranger's document is made of: without keys from it, those that are known go on.
            AuthorizationLog.IssuerAway(log, issuer, error.Message);
        }
        finally
        {
            lock (_lock)
            {
                (_current, _heard) = keys is null ? (_current, _heard) : (keys, time.GetTimestamp());
                _fetching = null;
                _asked = time.GetTimestamp();
            }

            fetched.SetResult();
        }
    }
}
