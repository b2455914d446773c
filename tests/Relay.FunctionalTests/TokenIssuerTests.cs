using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Issuers that change their keys, are away, or say what they should not.</summary>
public sealed class TokenIssuerTests : GatewayTests, IAsyncLifetime
{
    private TokenIssuer _issuer = null!;
    private SecurityKey _key = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        _issuer = await TokenIssuer.StartAsync();
        _key = _issuer.AddEc("first");
        Functions.Judge = _ => Granted(cacheSeconds: 10);
        Accept(_issuer.Name, version: 2);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _issuer.DisposeAsync();
        await DisposeAsync();
    }

    [Fact]
    public async Task Keys_are_fetched_once_for_everyone()
    {
        await using var relay = await StartRelayAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(relay, _key))).Soon();

        Assert.All(answers, answer => Assert.Equal(101, answer.Status));
        Assert.Equal(1, _issuer.Fetches);
    }

    [Fact]
    public async Task A_new_key_is_accepted_with_the_first_token_that_it_signed()
    {
        await using var relay = await StartRelayAsync(("Relay:Authorization:IssuerPause", "00:00:00.050"));
        await SendAsync(relay, _key);
        var second = _issuer.AddEc("second");

        await UntilAsync(relay, async () => (await SendAsync(relay, second)).Status == 101);
    }

    [Fact]
    public async Task A_withdrawn_key_is_refused_after_the_refresh()
    {
        await using var relay = await StartRelayAsync(
            ("Relay:Authorization:IssuerPause", "00:00:00.050"), ("Relay:Authorization:IssuerRefresh", "00:00:01"));
        Assert.Equal(101, (await SendAsync(relay, _key)).Status);
        _issuer.AddEc("second");
        _issuer.Withdraw(_key);

        await UntilAsync(relay, async () => (await SendAsync(relay, _key)).Status == 403);
    }

    [Fact]
    public async Task Tokens_with_unknown_keys_do_not_make_the_relay_ask_again_and_again()
    {
        await using var relay = await StartRelayAsync();
        await SendAsync(relay, _key);
        var strangers = Enumerable.Range(0, 20).Select(i => _issuer.AddEc($"stranger-{i}", publish: false));

        foreach (var stranger in strangers)
        {
            var answer = await SendAsync(relay, stranger);
            Assert.Equal("The token is signed with a key that its issuer does not publish.", answer.Problem.Detail);
        }

        Assert.Equal(1, _issuer.Fetches);
    }

    [Fact]
    public async Task An_issuer_that_is_away_is_named_as_such_and_asked_again_later()
    {
        await _issuer.GoAwayAsync();
        await using var relay = await StartRelayAsync(("Relay:Authorization:IssuerPause", "00:00:00.050"));

        var away = await SendAsync(relay, _key);
        await _issuer.ComeBackAsync();

        Assert.Equal((503, "token_issuer_unavailable"), (away.Status, away.Problem.Code));
        Assert.Equal("1", away.Headers["Retry-After"]);
        await UntilAsync(relay, async () => (await SendAsync(relay, _key)).Status == 101);
    }

    [Fact]
    public async Task Known_keys_do_while_the_issuer_is_away()
    {
        await using var relay = await StartRelayAsync(
            ("Relay:Authorization:IssuerPause", "00:00:00.050"), ("Relay:Authorization:IssuerRefresh", "00:00:01"));
        await SendAsync(relay, _key);
        await _issuer.GoAwayAsync();
        await UntilAsync(relay, async () =>
        {
            Assert.Equal(101, (await SendAsync(relay, _key)).Status);
            return relay.Log.Lines.Any(line => line.Id.Name == "IssuerAway");
        });
    }

    [Fact]
    public async Task Known_keys_do_while_another_waits_for_the_issuer()
    {
        await using var relay = await StartRelayAsync(
            ("Relay:Authorization:IssuerRefresh", "00:00:01"), ("Relay:Authorization:IssuerTimeout", "00:00:30"),
            ("Relay:Authorization:IssuerPause", "00:00:00.050"));
        await SendAsync(relay, _key);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _issuer.Instead = http =>
        {
            asked.TrySetResult();
            return answer.Task.WaitAsync(http.RequestAborted);
        };

        var first = Task.FromResult<RawAnswer>(null!);
        await UntilAsync(relay, async () =>
        {
            first = SendAsync(relay, _key);
            await Task.WhenAny(first, asked.Task).Soon();
            return asked.Task.IsCompleted;
        });
        var second = await SendAsync(relay, _key);
        var firstWaited = !first.IsCompleted;
        answer.SetResult();

        Assert.Equal((101, true, 101), (second.Status, firstWaited, (await first.Soon()).Status));
    }

    [Theory]
    [InlineData("slow")]
    [InlineData("large")]
    [InlineData("junk")]
    [InlineData("redirect")]
    [InlineData("other")]
    [InlineData("plain")]
    [InlineData("empty")]
    public async Task An_issuer_that_does_not_answer_as_one_is_away(string how)
    {
        _issuer.Instead = http => how switch
        {
            "slow" => Task.Delay(Timeout.Infinite, http.RequestAborted),
            "large" => http.Response.WriteAsync(new string(' ', 600 * 1024) + "{}"),
            "junk" => http.Response.WriteAsync("<html>"),
            "redirect" => Redirect(http),
            "other" => http.Response.WriteAsJsonAsync(new { issuer = "https://other.example", jwks_uri = $"{_issuer.Name}/keys" }),
            "plain" => http.Response.WriteAsJsonAsync(new { issuer = _issuer.Name, jwks_uri = "http://keys.example/" }),
            _ => http.Response.WriteAsJsonAsync(new { issuer = _issuer.Name }),
        };
        await using var relay = await StartRelayAsync(("Relay:Authorization:IssuerTimeout", "00:00:00.500"));

        var answer = await SendAsync(relay, _key);

        Assert.Equal((503, "token_issuer_unavailable", "10"), (answer.Status, answer.Problem.Code, answer.Headers["Retry-After"]));
        Assert.DoesNotContain("127.0.0.1", answer.Body, StringComparison.Ordinal);

        static Task Redirect(HttpContext http)
        {
            http.Response.Redirect("/realm/elsewhere");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Issuers_come_and_go_with_the_configuration()
    {
        await using var relay = await StartRelayAsync();
        var issuers = relay.Services.GetRequiredService<TokenIssuers>();
        await using var other = await TokenIssuer.StartAsync();
        var key = other.AddEc("others");

        Accept(other.Name, version: 3);
        await relay.UntilAsync(() => relay.Log.Lines.Count(line => line.Text.EndsWith("version 3", StringComparison.Ordinal)) == 2);

        Assert.Equal(1, issuers.Count);
        Assert.Equal(101, (await relay.SendAsync(RawClient.Handshake($"/echo?access_token={other.Token(key, "ES256")}"))).Status);
        Assert.Equal("The token is of another issuer.", (await SendAsync(relay, _key)).Problem.Detail);
    }

    [Theory]
    [InlineData("http://issuer.example")]
    [InlineData("ftp://issuer.example")]
    public async Task An_issuer_that_is_not_reached_securely_is_not_served(string issuer)
    {
        await using var relay = await StartRelayAsync();
        relay.Log.Expect("VersionRefused");

        Accept(issuer, version: 3);

        await relay.UntilAsync(() => relay.Log.Lines.Any(line =>
            line.Text.Contains($"The issuer '{issuer}' is no https address.", StringComparison.Ordinal)));
    }

    private void Accept(string issuer, int version) => Promote(Snapshots.Echo(Server.Address, version) with
    {
        Credentials = new CredentialSettings
        {
            Mode = CredentialMode.Oidc,
            Oidc = new OidcSettings { Issuer = new Uri(issuer) },
        },
    });

    private Task<RawAnswer> SendAsync(RunningRelay relay, SecurityKey key) =>
        relay.SendAsync(RawClient.Handshake($"/echo?access_token={_issuer.Token(key, "ES256")}"));

    // The relay's pauses are real time: asked until they are over.
    private static async Task UntilAsync(RunningRelay relay, Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Timeouts.Default);
        while (!await condition())
        {
            await relay.Log.NextAsync(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }
}
