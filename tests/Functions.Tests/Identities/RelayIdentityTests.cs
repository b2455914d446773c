using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Serverless.Functions.Identities;
using Serverless.Functions.Tests.Hosting;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Identities;

/// <summary>Relays that come with a token of their tenant, which a real issuer signs with real keys.</summary>
public sealed class RelayIdentityTests : IAsyncLifetime
{
    private const string Tenant = "6b1f0b4c-13c1-4e1a-9d7c-2f4f9d0a5b11";
    private const string Audience = "9b9c0d3e-3c35-4a57-8f4e-6a2a0f8b7c22";
    private const string RelayId = "0f7a4e6d-51c7-4c53-bd8a-8d3f4f1e6a33";
    private const string Configuration = "/api/relay/configuration";

    private readonly SetClock _clock = new();
    private TokenIssuer _tenant = null!;
    private RsaSecurityKey _key = null!;
    private FunctionsApp _app = null!;

    public async Task InitializeAsync()
    {
        _tenant = await TokenIssuer.StartAsync();
        _key = _tenant.AddRsa("first");
        _app = await StartAsync(_tenant.Name);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _tenant.DisposeAsync();
    }

    [Fact]
    public async Task A_relay_is_let_in_by_its_identity_and_does_what_relays_do_alone()
    {
        Assert.Equal(200, await AskAsync(Token()));
        Assert.Equal(403, await AskAsync(Token(), "/api/products"));
        Assert.Equal(1, _tenant.Fetches);
    }

    [Theory]
    [InlineData("aud", "another application")]
    [InlineData("iss", "https://login.example/another-tenant")]
    [InlineData("tid", "7c2f0b4c-13c1-4e1a-9d7c-2f4f9d0a5b11")]
    [InlineData("oid", "1a7a4e6d-51c7-4c53-bd8a-8d3f4f1e6a33")]
    [InlineData("oid", null)]
    [InlineData("tid", null)]
    [InlineData("exp", null)]
    public async Task A_token_that_is_not_a_relay_s_for_the_functions_is_refused(string claim, string? value) =>
        Assert.Equal(401, await AskAsync(Token((claim, value))));

    [Fact]
    public async Task A_token_is_good_from_its_beginning_to_its_end()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        Assert.Equal(401, await AskAsync(Token(("nbf", now + 600))));
        Assert.Equal(401, await AskAsync(Token(("exp", now - 60))));
        _clock.Ahead = TimeSpan.FromMinutes(2);
        Assert.Equal(401, await AskAsync(Token(("exp", now + 60))));
        Assert.Equal(200, await AskAsync(Token(("exp", now + 600))));
    }

    [Fact]
    public async Task What_the_tenant_did_not_sign_is_refused()
    {
        var forged = new RsaSecurityKey(System.Security.Cryptography.RSA.Create(2048)) { KeyId = "first" };
        var elliptic = _tenant.AddEc("elliptic");
        var shared = new SymmetricSecurityKey(new byte[64]) { KeyId = "first" };
        var token = Token();

        Assert.Equal(401, await AskAsync(_tenant.Token(forged, claims: Claims())));
        Assert.Equal(401, await AskAsync(_tenant.Token(elliptic, SecurityAlgorithms.EcdsaSha256, Claims())));
        Assert.Equal(401, await AskAsync(_tenant.Token(shared, SecurityAlgorithms.HmacSha256, Claims())));
        Assert.Equal(401, await AskAsync($"{token[..token.LastIndexOf('.')]}."));
        Assert.Equal(401, await AskAsync("no.such.token"));
        Assert.Equal(401, await AskAsync($"{new string('a', 20_000)}.b.c"));
    }

    [Fact]
    public async Task A_new_key_is_fetched_when_a_token_names_it_and_forgeries_fetch_nothing_more()
    {
        Assert.Equal(200, await AskAsync(Token()));
        var second = _tenant.AddRsa("second");

        Assert.Equal(401, await AskAsync(_tenant.Token(second, claims: Claims())));
        _clock.Ahead = IdentityKeys.Pause;
        Assert.Equal(200, await AskAsync(_tenant.Token(second, claims: Claims())));
        var unpublished = _tenant.AddRsa("third", publish: false);
        Assert.Equal(401, await AskAsync(_tenant.Token(unpublished, claims: Claims())));
        Assert.Equal(401, await AskAsync(_tenant.Token(unpublished, claims: Claims())));

        Assert.Equal(2, _tenant.Fetches);
    }

    [Fact]
    public async Task While_the_tenant_is_away_known_keys_go_on_and_a_new_instance_says_that_it_cannot_tell()
    {
        Assert.Equal(200, await AskAsync(Token()));
        await _tenant.GoAwayAsync();
        _clock.Ahead = IdentityKeys.Refresh;
        await using var another = await StartAsync(_tenant.Name);

        Assert.Equal(200, await AskAsync(Token(("exp", DateTimeOffset.UtcNow.AddHours(3).ToUnixTimeSeconds()))));
        using var caller = another.With(Token(("exp", DateTimeOffset.UtcNow.AddHours(3).ToUnixTimeSeconds())));
        using var answer = await caller.GetAsync(Configuration).Soon();
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Contains("identity_unavailable", await answer.Content.ReadAsStringAsync().Soon(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_of_another_issuer_or_without_end_is_no_key()
    {
        _tenant.Instead = async http => await http.Response.WriteAsync(new string(' ', 600 * 1024));
        Assert.Equal(503, await AskAsync(Token()));

        _tenant.Instead = null;
        _clock.Ahead = IdentityKeys.Pause;
        Assert.Equal(200, await AskAsync(Token()));
    }

    private async Task<FunctionsApp> StartAsync(string issuer) => await FunctionsApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["RelayIdentity:TenantId"] = Tenant,
            ["RelayIdentity:Audience"] = Audience,
            ["RelayIdentity:ObjectIds"] = $"5d7a4e6d-51c7-4c53-bd8a-8d3f4f1e6a33, {RelayId}",
            ["RelayIdentity:Issuer"] = issuer,
        },
        services => services.AddSingleton<TimeProvider>(_clock));

    private async Task<int> AskAsync(string token, string path = Configuration)
    {
        using var caller = _app.With(token);
        using var answer = await caller.GetAsync(path).Soon();
        return (int)answer.StatusCode;
    }

    private string Token(params (string Name, object? Value)[] claims) => _tenant.Token(_key, claims: Claims(claims));

    private static (string Name, object? Value)[] Claims(params (string Name, object? Value)[] claims) =>
        [("aud", Audience), ("tid", Tenant), ("oid", RelayId), .. claims];
}
