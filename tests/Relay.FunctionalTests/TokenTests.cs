using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Products whose clients come with tokens of an OpenID provider.</summary>
public sealed class TokenTests : GatewayTests, IAsyncLifetime
{
    private TokenIssuer _issuer = null!;
    private SecurityKey _key = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _issuer = await TokenIssuer.StartAsync();
        _key = _issuer.AddRsa("rsa-1");
        Functions.Judge = question => question.ClientId == "client-1"
            ? Granted(cacheSeconds: 10)
            : Denied(AuthorizationReasons.ApplicationNotFound, cacheSeconds: 10);
        Accept(new OidcSettings { Issuer = new Uri(_issuer.Name), Audience = "gateway" });
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _issuer.DisposeAsync();
        await DisposeAsync();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public async Task A_token_of_the_issuer_opens_a_tunnel(string algorithm)
    {
        await using var relay = await StartRelayAsync();
        var key = algorithm == "ES256" ? _issuer.AddEc("ec-1") : _key;

        var answer = await SendAsync(relay, _issuer.Token(key, algorithm));

        Assert.Equal(101, answer.Status);
        Assert.Equal(("echo", "client-1", null), Functions.Questions.Select(q => (q.Product, q.ClientId, q.UserKey)).Single());
    }

    [Fact]
    public async Task The_backend_never_sees_the_token()
    {
        await using var relay = await StartRelayAsync();
        var token = _issuer.Token(_key);

        await relay.SendAsync(RawClient.Handshake($"/echo/a?x=1&access_token={token}&y=2"));
        await relay.SendAsync(RawClient.Handshake("/echo/a?x=1", $"Authorization: Bearer {token}"));

        Assert.Equal(["/a?x=1&y=2", "/a?x=1"], Server.Heard.Select(heard => heard.RawTarget));
        Assert.All(Server.Heard, heard => Assert.DoesNotContain(token, string.Join(' ', heard.Headers.Values), StringComparison.Ordinal));
        Assert.DoesNotContain(relay.Log.Lines, line => line.Text.Contains(token, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("exp", -60, "The token has expired.")]
    [InlineData("exp", null, "The token does not say when it ends (exp).")]
    [InlineData("nbf", 60, "The token is not valid yet.")]
    [InlineData("iss", "https://other.example", "The token is of another issuer.")]
    [InlineData("iss", null, "The token is of another issuer.")]
    [InlineData("aud", "other", "The token is for another audience.")]
    [InlineData("aud", null, "The token is for another audience.")]
    [InlineData("azp", null, "The token names no client in its claim 'azp'.")]
    public async Task A_token_is_refused_for_what_it_says(string claim, object? value, string detail)
    {
        await using var relay = await StartRelayAsync();
        value = value is int seconds ? DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds : value;

        await AssertInvalidAsync(relay, _issuer.Token(_key, "RS256", (claim, value)), detail);
    }

    [Theory]
    [InlineData("exp", -10)]
    [InlineData("nbf", 10)]
    public async Task Clocks_may_differ_a_little(string claim, int seconds)
    {
        await using var relay = await StartRelayAsync();

        var answer = await SendAsync(
            relay, _issuer.Token(_key, "RS256", (claim, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds)));

        Assert.Equal(101, answer.Status);
    }

    [Fact]
    public async Task One_of_several_audiences_is_enough()
    {
        await using var relay = await StartRelayAsync();

        Assert.Equal(101, (await SendAsync(relay, _issuer.Token(_key, "RS256", ("aud", new[] { "other", "gateway" })))).Status);
    }

    [Fact]
    public async Task The_client_may_be_named_deep_inside()
    {
        Accept(new OidcSettings { Issuer = new Uri(_issuer.Name), ClientIdClaim = "ctx.client" }, version: 3);
        await using var relay = await StartRelayAsync();
        var deep = new Dictionary<string, object> { ["client"] = "client-1" };

        Assert.Equal(101, (await SendAsync(relay, _issuer.Token(_key, "RS256", ("ctx", deep), ("aud", null)))).Status);
    }

    [Fact]
    public async Task A_client_without_an_application_is_refused_by_the_functions()
    {
        await using var relay = await StartRelayAsync();

        var answer = await SendAsync(relay, _issuer.Token(_key, "RS256", ("azp", "client-2")));

        Assert.Equal((403, "application_not_found"), (answer.Status, answer.Problem.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.")]
    [InlineData("....")]
    [InlineData("%00")]
    public async Task What_is_no_jwt_is_refused(string text)
    {
        await using var relay = await StartRelayAsync();

        var answer = await SendAsync(relay, text);

        Assert.Equal((403, text.Length == 0 ? "credentials_missing" : "token_invalid"), (answer.Status, answer.Problem.Code));
        Assert.Equal(0, _issuer.Fetches);
    }

    [Theory]
    [InlineData("""{"alg":"RS256","kid":7}""", null)]
    [InlineData("""{"alg":["RS256"]}""", null)]
    [InlineData("""["RS256"]""", null)]
    [InlineData(null, """{"exp":"soon"}""")]
    [InlineData(null, """{"exp":1e400}""")]
    [InlineData(null, """{"exp":-99999999999999999999}""")]
    [InlineData(null, """{"exp":{},"iss":[],"aud":{"a":1}}""")]
    [InlineData(null, """{"iss":7,"nbf":true}""")]
    [InlineData(null, """{"iss":null,"exp":null,"aud":null}""")]
    [InlineData(null, "[]")]
    [InlineData(null, "7")]
    [InlineData(null, "")]
    public async Task A_token_of_strange_parts_is_refused(string? head, string? payload)
    {
        await using var relay = await StartRelayAsync();
        var parts = _issuer.Token(_key).Split('.');

        var answer = await SendAsync(
            relay,
            $"{(head is null ? parts[0] : Base64UrlEncoder.Encode(head))}.{(payload is null ? parts[1] : Base64UrlEncoder.Encode(payload))}.{parts[2]}");

        Assert.Equal((403, "token_invalid"), (answer.Status, answer.Problem.Code));
    }

    [Fact]
    public async Task A_token_that_nobody_signed_is_refused()
    {
        await using var relay = await StartRelayAsync();
        var payload = _issuer.Token(_key).Split('.')[1];

        foreach (var alg in new[] { "none", "None", "NONE", "" })
        {
            var unsigned = $"{Base64UrlEncoder.Encode($$"""{"alg":"{{alg}}","typ":"JWT"}""")}.{payload}.";
            await AssertInvalidAsync(relay, unsigned, "The token's algorithm is not accepted; RS256,");
        }
    }

    [Fact]
    public async Task The_public_key_is_no_shared_secret()
    {
        await using var relay = await StartRelayAsync();
        var pem = Encoding.ASCII.GetBytes(((RsaSecurityKey)_key).Rsa.ExportSubjectPublicKeyInfoPem());
        var head = Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT","kid":"rsa-1"}""");
        var signed = $"{head}.{_issuer.Token(_key).Split('.')[1]}";
        var forged = $"{signed}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(pem, Encoding.ASCII.GetBytes(signed)))}";

        await AssertInvalidAsync(relay, forged, "The token's algorithm is not accepted; RS256,");
    }

    [Fact]
    public async Task A_signature_of_another_key_or_of_other_claims_is_refused()
    {
        await using var relay = await StartRelayAsync();
        var mine = _issuer.Token(_key).Split('.');
        var others = _issuer.Token(_key, "RS256", ("azp", "client-2")).Split('.');
        var forger = _issuer.AddRsa("rsa-1", publish: false);

        await AssertInvalidAsync(relay, $"{mine[0]}.{mine[1]}.{others[2]}", "The token's signature is not its issuer's.");
        await AssertInvalidAsync(relay, _issuer.Token(forger), "The token's signature is not its issuer's.");
        await AssertInvalidAsync(relay, $"{mine[0]}.{mine[1]}.", "The token's signature is not its issuer's.");
    }

    [Fact]
    public async Task Extensions_that_must_be_understood_are_refused()
    {
        await using var relay = await StartRelayAsync();
        var head = Base64UrlEncoder.Encode("""{"alg":"RS256","kid":"rsa-1","crit":["b64"],"b64":false}""");
        var signed = $"{head}.{_issuer.Token(_key).Split('.')[1]}";
        var signature = ((RsaSecurityKey)_key).Rsa.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        await AssertInvalidAsync(
            relay, $"{signed}.{Base64UrlEncoder.Encode(signature)}", "The token has critical extensions, which are not accepted.");
    }

    [Fact]
    public async Task A_huge_token_is_refused_before_anything_is_done_with_it()
    {
        await using var relay = await StartRelayAsync();
        var huge = _issuer.Token(_key, "RS256", ("junk", new string('x', 16 * 1024)));

        var answer = await relay.SendAsync(RawClient.Handshake("/echo", $"Authorization: Bearer {huge}"));

        Assert.Equal((403, "token_invalid"), (answer.Status, answer.Problem.Code));
        Assert.StartsWith("The token is longer than", answer.Problem.Detail, StringComparison.Ordinal);
        Assert.Equal(0, _issuer.Fetches);
    }

    [Fact]
    public async Task A_key_that_is_too_short_signs_nothing()
    {
        _issuer.AddRsa("short", bits: 1024);
        await using var relay = await StartRelayAsync();
        Assert.Equal(101, (await SendAsync(relay, _issuer.Token(_key))).Status);

        Assert.DoesNotContain(relay.Log.Lines, line => line.Id.Name == "IssuerKeys" && line.Text.Contains("short", StringComparison.Ordinal));
    }

    private void Accept(OidcSettings oidc, int version = 2) => Promote(Snapshots.Echo(Server.Address, version) with
    {
        Credentials = new CredentialSettings { Mode = CredentialMode.Oidc, Oidc = oidc },
    });

    private static Task<RawAnswer> SendAsync(RunningRelay relay, string token) =>
        relay.SendAsync(RawClient.Handshake($"/echo?access_token={token}"));

    private async Task AssertInvalidAsync(RunningRelay relay, string token, string detail)
    {
        var answer = await SendAsync(relay, token);

        Assert.Equal((403, "token_invalid", "Authentication failed"), (answer.Status, answer.Problem.Code, answer.Problem.Title));
        Assert.StartsWith(detail, answer.Problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(token, answer.Body, StringComparison.Ordinal);
        Assert.Empty(Server.Heard);
        Assert.Empty(Functions.Questions);
    }
}
