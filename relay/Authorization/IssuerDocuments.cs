using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;

namespace Serverless.Relay.Authorization;

/// <summary>
/// Fetches the documents of token issuers: over TLS unless from this machine, bounded in time and size, and from nowhere
/// but the very address.
/// </summary>
internal sealed class IssuerDocuments(IOptions<AuthorizationOptions> options, TimeProvider time) : IDocumentRetriever, IDisposable
{
    private const int MaxBytes = 512 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        MaxResponseContentBufferSize = MaxBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Whether keys from this address can be trusted to be the issuer's.</summary>
    public static bool IsTrusted(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <exception cref="IOException">The address is not to be trusted, or said nothing in time.</exception>
    /// <exception cref="HttpRequestException">No answer, one that is no success, or too large a one.</exception>
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || !IsTrusted(url))
        {
            throw new IOException($"'{address}' is no https address.");
        }

        using var late = new CancellationTokenSource(options.Value.IssuerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await _http.GetStringAsync(url, either.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"No answer from {url} within {options.Value.IssuerTimeout.TotalSeconds:0.###} s.", e);
        }
    }

    public void Dispose() => _http.Dispose();
}
