using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Serverless.Functions.Identities;

/// <summary>
/// What the tenant signs tokens with, as last heard: fetched when first needed, every hour, and when a token names an
/// unknown key; by one caller at a time, and never sooner than 10 s after the last time, so that forgeries cost the tenant nothing.
/// </summary>
internal sealed partial class IdentityKeys(
    IOptions<IdentityOptions> options, TimeProvider clock, ILogger<IdentityKeys> logger) : IDisposable
{
    /// <summary>Pause between two fetches.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>After how long keys are fetched anew.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromHours(1);

    // Beyond a day without a word, what was withdrawn meanwhile weighs more than that the tenant may be away.
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    private const int MaxDocumentBytes = 512 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        MaxResponseContentBufferSize = MaxDocumentBytes,
        Timeout = TimeSpan.FromSeconds(5),
    };

    private volatile Heard? _heard;
    private DateTimeOffset _asked = DateTimeOffset.MinValue;

    /// <summary>The keys of an id, none when the tenant does not publish it; null when nothing is known of the tenant's keys.</summary>
    public async ValueTask<IReadOnlyList<SecurityKey>?> FindAsync(string keyId, CancellationToken cancel)
    {
        var heard = _heard;
        if (heard is null || AgeOf(heard) >= Refresh || !heard.Knows(keyId))
        {
            heard = await AskAsync(heard, keyId, cancel);
        }

        return heard is null || AgeOf(heard) >= MaxAge ? null : heard.Of(keyId);
    }

    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }

    private TimeSpan AgeOf(Heard heard) => clock.GetUtcNow() - heard.At;

    private async Task<Heard?> AskAsync(Heard? known, string keyId, CancellationToken cancel)
    {
        // While one caller asks, what is known does for the others.
        var patience = known is not null && AgeOf(known) < MaxAge && known.Knows(keyId) ? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
        if (!await _turn.WaitAsync(patience, cancel))
        {
            return known;
        }

        try
        {
            if (_heard == known && clock.GetUtcNow() - _asked >= Pause)
            {
                _heard = await FetchAsync() ?? known;
                _asked = clock.GetUtcNow();
            }

            return _heard;
        }
        finally
        {
            _turn.Release();
        }
    }

    // Takes no token: whoever leaves, the others still wait for it. Its time is bounded by the client's.
    private async Task<Heard?> FetchAsync()
    {
        var issuer = options.Value.IssuerAddress;
        try
        {
            var documents = new HttpDocumentRetriever(_http) { RequireHttps = issuer.Scheme == Uri.UriSchemeHttps };
            var said = await OpenIdConnectConfigurationRetriever.GetAsync(
                $"{issuer.AbsoluteUri.TrimEnd('/')}/.well-known/openid-configuration", documents, CancellationToken.None);
            List<SecurityKey> keys = [.. said.SigningKeys.Where(key => !string.IsNullOrEmpty(key.KeyId))];
            if (said.Issuer != issuer.OriginalString || keys.Count == 0)
            {
                throw new InvalidDataException(keys.Count == 0 ? "no key that could sign tokens" : "the document is about another issuer");
            }

            KeysHeard(issuer, string.Join(", ", keys.Select(key => key.KeyId)));
            return new(keys, clock.GetUtcNow());
        }
        catch (Exception e)
        {
            // Whatever the document is made of: without keys from it, those that are known go on.
            Away(issuer, e.Message);
            return null;
        }
    }

    [LoggerMessage(7100, LogLevel.Information, "{Issuer} signs the tokens of relays' identities with {Keys}.", EventName = "KeysHeard")]
    private partial void KeysHeard(Uri issuer, string keys);

    [LoggerMessage(7101, LogLevel.Warning, "{Issuer} did not say what it signs with: {Why}", EventName = "IssuerAway")]
    private partial void Away(Uri issuer, string why);

    // The next free id is 7102.

    private sealed record Heard(IReadOnlyList<SecurityKey> Keys, DateTimeOffset At)
    {
        public bool Knows(string keyId) => Keys.Any(key => key.KeyId == keyId);

        public IReadOnlyList<SecurityKey> Of(string keyId) => [.. Keys.Where(key => key.KeyId == keyId)];
    }
}
