using System.Text.Json.Nodes;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.EndToEnd.Tests;

public sealed class DescribedProductTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private GatewayProcesses Processes => gateway.Processes;

    [Fact]
    public async Task A_key_is_rotated_without_a_gap()
    {
        await DescribedProduct.CreateAsync(Processes, "rotated", "{mode: app_id}");
        var api = Processes.Management;
        var application = await api.PostAsync("/api/accounts/rotated/applications", """{"id":"rotated","product":"rotated","name":"Client"}""");
        var before = Text(application, "app_key");
        var after = Text(await api.PostAsync("/api/applications/rotated/keys", "{}"), "app_key");

        await Conversation.HoldAsync("ping and pong", Url("rotated", "/both", before));
        await Conversation.HoldAsync("ping and pong", Url("rotated", "/both", after));
        var keys = (await api.GetAsync("/api/applications/rotated/keys"))["items"]!.AsArray();
        await api.DeleteAsync($"/api/applications/rotated/keys/{Text(keys[0]!.AsObject(), "id")}");

        var refused = await Handshake.RefusedAsync(Http(Url("rotated", "/both", before)));
        Assert.Equal((403, "application_key_invalid"), (refused.Status, refused.Code));
        await Conversation.HoldAsync("ping and pong", Url("rotated", "/both", after));
        Assert.DoesNotContain(Processes.Heard, line => line.Contains("app_key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_on_a_backends_method_ends_in_the_words_of_the_product()
    {
        await DescribedProduct.CreateAsync(Processes, "limited", "{mode: app_id}");
        var application = await Processes.Management.PostAsync(
            "/api/accounts/limited/applications",
            """{"id":"limited","product":"limited","name":"Client"}""");
        var url = Url("limited", "/joined/limited", Text(application, "app_key"));

        Assert.Equal(101, (await Handshake.SendAsync(Http(url))).Status);
        Assert.Equal(101, (await Handshake.SendAsync(Http(url))).Status);
        var third = await Handshake.SendAsync(Http(url));

        Assert.Equal((429, "come back next year"), (third.Status, third.Text));
        Assert.Contains("limits_exceeded", third.Headers["Proxy-Status"], StringComparison.Ordinal);
        Assert.Equal(2, Processes.Heard.Count(line => line.Contains("/joined/limited", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_token_of_an_OpenID_provider_names_the_application()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        var key = issuer.AddRsa("key-1");
        await DescribedProduct.CreateAsync(Processes, "federated", $"{{mode: oidc, oidc: {{issuer: \"{issuer.Name}\", audience: gateway}}}}");
        await Processes.Management.PostAsync(
            "/api/accounts/federated/applications",
            """{"id":"federated","product":"federated","name":"Client","client_id":"Client.1"}""");

        await Conversation.HoldAsync("ping and pong", Token(issuer.Token(key, claims: [("azp", "Client.1")])));

        var stranger = await Handshake.SendAsync(Http(Token(issuer.Token(key, claims: [("azp", "client.1")]))));
        Assert.Equal((403, "application_not_found"), (stranger.Status, stranger.Code));
        var elsewhere = await Handshake.SendAsync(Http(Token(issuer.Token(key, claims: [("azp", "Client.1"), ("aud", "elsewhere")]))));
        Assert.Equal((403, "token_invalid"), (elsewhere.Status, elsewhere.Code));

        Uri Token(string token) => Processes.Url($"/federated/?access_token={token}");
    }

    [Fact]
    public async Task A_suspended_account_is_out_with_all_its_applications_until_it_is_resumed()
    {
        await DescribedProduct.CreateAsync(Processes, "suspended", "{mode: user_key}");
        var api = Processes.Management;
        var application = await api.PostAsync("/api/accounts/suspended/applications", """{"product":"suspended","name":"Client"}""");
        var url = Http(Processes.Url($"/suspended/?user_key={Text(application, "user_key")}"));
        Assert.Equal(101, (await Handshake.SendAsync(url)).Status);

        await api.ActAsync("/api/accounts/suspended:suspend");
        Assert.Equal("application_not_active", (await Handshake.RefusedAsync(url)).Code);

        await api.ActAsync("/api/accounts/suspended:resume");
        Assert.Equal(101, (await Handshake.AnsweredAsync(url, answer => answer.Status == 101)).Status);
    }

    private Uri Url(string product, string path, string key) => Processes.Url($"/{product}{path}?app_id={product}&app_key={Uri.EscapeDataString(key)}");

    private static Uri Http(Uri url) => new UriBuilder(url) { Scheme = "http" }.Uri;

    private static string Text(JsonObject answer, string member) => answer[member]!.GetValue<string>();
}
