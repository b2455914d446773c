using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>
/// A real OpenID provider, as far as one who verifies tokens sees it: discovery, key set, and tokens of whatever kind a
/// test asks for.
/// </summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, SecurityKey> _published = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly ReturningServer _server;

    private TokenIssuer() => _server = new(server => server.Run(AnswerAsync));

    /// <summary>When set, what it answers instead.</summary>
    public RequestDelegate? Instead { get; set; }

    /// <summary>How it spells its name in the discovery document.</summary>
    public string Name => $"{Address.AbsoluteUri}realm";

    public Uri Address => new($"http://127.0.0.1:{_server.Port}/");

    /// <summary>How often the key set was fetched.</summary>
    public int Fetches => _calls.GetValueOrDefault("/realm/keys");

    public static async Task<TokenIssuer> StartAsync()
    {
        var issuer = new TokenIssuer();
        await issuer.ComeBackAsync();
        return issuer;
    }

    /// <summary>Makes a key to sign with, and publishes it unless told otherwise.</summary>
    public RsaSecurityKey AddRsa(string id, int bits = 2048, bool publish = true) =>
        Add(new RsaSecurityKey(RSA.Create(bits)) { KeyId = id }, publish);

    /// <summary>The same on the curve P-256.</summary>
    public ECDsaSecurityKey AddEc(string id, bool publish = true) =>
        Add(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id }, publish);

    /// <summary>Publishes a key no longer.</summary>
    public void Withdraw(SecurityKey key) => _published.TryRemove(key.KeyId, out _);

    /// <summary>A token; claims set to null are left out.</summary>
    public string Token(SecurityKey key, string algorithm = SecurityAlgorithms.RsaSha256, params (string Name, object? Value)[] claims)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var all = new Dictionary<string, object?>
        {
            ["iss"] = Name,
            ["aud"] = "gateway",
            ["sub"] = "user",
            ["azp"] = "client-1",
            ["iat"] = now,
            ["exp"] = now + 3600,
        };
        foreach (var (name, value) in claims)
        {
            all[name] = value;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = all.Where(claim => claim.Value is not null).ToDictionary(claim => claim.Key, claim => claim.Value!),
            SigningCredentials = new SigningCredentials(key, algorithm)
            {
                CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
            },
        });
    }

    /// <summary>Stops listening and drops every connection.</summary>
    public Task GoAwayAsync() => _server.GoAwayAsync();

    /// <summary>Listens again, on the same port.</summary>
    public Task ComeBackAsync() => _server.ComeBackAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private T Add<T>(T key, bool publish)
        where T : SecurityKey
    {
        if (publish)
        {
            _published[key.KeyId] = key;
        }

        return key;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.ToString();
        _calls.AddOrUpdate(path, 1, (_, count) => count + 1);
        if (Instead is { } instead)
        {
            await instead(http);
        }
        else if (path == "/realm/.well-known/openid-configuration")
        {
            await http.Response.WriteAsJsonAsync(new { issuer = Name, jwks_uri = $"{Name}/keys" });
        }
        else if (path == "/realm/keys")
        {
            await http.Response.WriteAsJsonAsync(new { keys = _published.Values.Select(Public) });
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private static Dictionary<string, string> Public(SecurityKey key)
    {
        var jwk = key is RsaSecurityKey rsa
            ? JsonWebKeyConverter.ConvertFromRSASecurityKey(rsa)
            : JsonWebKeyConverter.ConvertFromECDsaSecurityKey((ECDsaSecurityKey)key);
        return new Dictionary<string, string?>
        {
            ["kid"] = jwk.Kid,
            ["kty"] = jwk.Kty,
            ["use"] = "sig",
            ["n"] = jwk.N,
            ["e"] = jwk.E,
            ["crv"] = jwk.Crv,
            ["x"] = jwk.X,
            ["y"] = jwk.Y,
        }.Where(member => member.Value is not null).ToDictionary(member => member.Key, member => member.Value!);
    }
}
