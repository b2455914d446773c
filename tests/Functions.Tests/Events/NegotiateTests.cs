using System.Net.Http.Headers;
using System.Text;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Events;

public sealed class NegotiateTests : IAsyncLifetime
{
    private SignalRStandIn _service = null!;
    private FunctionsApp _app = null!;

    public async Task InitializeAsync()
    {
        _service = await SignalRStandIn.StartAsync();
        var settings = _service.Settings;
        settings["SignalR:ConnectionString"] += "ClientEndpoint=https://events.example.com;";
        _app = await FunctionsApp.StartAsync(settings);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _service.DisposeAsync();
    }

    [Theory]
    [InlineData("relay", "/api/relay/events/negotiate", "relay:here")]
    [InlineData("read", "/api/events/negotiate", "operator:here")]
    [InlineData("manage", "/api/events/negotiate?negotiateVersion=1", "operator:here")]
    public async Task A_caller_gets_an_address_and_a_token_of_an_hour_that_names_it(string scope, string path, string user)
    {
        using var client = _app.With(await TokenAsync(scope));

        using var answer = await client.SendAsync("POST", path);

        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var access = await answer.JsonAsync();
        Assert.Equal("https://events.example.com/client/?hub=gateway", (string?)access["url"]);
        var claims = ReadToken.Claims((string)access["accessToken"]!, SignalRStandIn.AccessKey);
        Assert.Equal(($"{_service.Address.AbsoluteUri}client/?hub=gateway", user), ((string?)claims["aud"], (string?)claims["nameid"]));
        Assert.InRange((long)claims["exp"]! - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 3500, 3600);
        Assert.Empty(_service.Requests);
    }

    [Theory]
    [InlineData("read", "/api/relay/events/negotiate")]
    [InlineData("manage", "/api/relay/events/negotiate")]
    [InlineData("relay", "/api/events/negotiate")]
    [InlineData("stats", "/api/events/negotiate")]
    public async Task Each_has_its_own_rights(string scope, string path)
    {
        using var client = _app.With(await TokenAsync(scope));

        using var answer = await client.SendAsync("POST", path);

        await answer.ProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task The_token_of_the_service_in_the_place_of_ours_does_no_harm_when_ours_is_named_elsewhere()
    {
        var token = await TokenAsync("read");
        using var stale = _app.With("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2lnbmF0dXJl");

        using var refused = await stale.SendAsync("POST", "/api/events/negotiate?negotiateVersion=1");
        await refused.ProblemAsync(401, "unauthenticated");

        stale.DefaultRequestHeaders.Add("X-Access-Token", token);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/events/negotiate?negotiateVersion=1")
        {
            // As the JavaScript client sends it.
            Content = new StringContent("", Encoding.UTF8, new MediaTypeHeaderValue("text/plain")),
        };
        using var answer = await stale.SendAsync(request).Soon();

        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_wrong_token_named_elsewhere_is_not_made_good_by_a_right_one_in_its_place()
    {
        using var client = _app.With(FunctionsApp.AdminToken);
        client.DefaultRequestHeaders.Add("X-Access-Token", "wrong");

        using var answer = await client.SendAsync("POST", "/api/events/negotiate");

        await answer.ProblemAsync(401, "unauthenticated");
    }

    private async Task<string> TokenAsync(string scope) => (string)(await _app.Admin.DoAsync(
        "POST", "/api/access-tokens", $$"""{"name":"here","scopes":["{{scope}}"]}"""))["token"]!;
}
