using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Serverless.EndToEnd.Tests;

public sealed class RefusalTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private GatewayProcesses Processes => gateway.Processes;

    [Fact]
    public async Task No_key()
    {
        var answer = await Handshake.SendAsync(Processes.Url("/echo/no-key", "http"));

        AssertRefused(answer, 403, "credentials_missing", "Authentication parameters missing", "/no-key");
    }

    [Fact]
    public async Task A_wrong_key()
    {
        var answer = await Handshake.SendAsync(Processes.Url("/echo/wrong-key?user_key=0123456789abcdef0123456789abcdef", "http"));

        AssertRefused(answer, 403, "user_key_invalid", "Authentication failed", "/wrong-key");
    }

    [Fact]
    public async Task A_deleted_key()
    {
        var product = await EchoProduct.CreateAsync(Processes, "deleted");
        var (url, key) = (Http(product.Url(Processes, "production", "/deleted-key")), Assert.Single(await product.KeysAsync(Processes)));
        Assert.Equal(101, (await Handshake.SendAsync(Http(product.Url(Processes, "production", "/before")))).Status);

        await Processes.Management.DeleteAsync($"/api/applications/{product.Name}/keys/{key}");

        // The relay may use a cached answer for as long as the functions allowed: one second here.
        var answer = await Handshake.RefusedAsync(Http(product.Url(Processes, "production", "/before")));
        Assert.Equal("user_key_deleted", answer.Code);
        AssertRefused(await Handshake.SendAsync(url), 403, "user_key_deleted", "Authentication failed", "/deleted-key");
    }

    [Fact]
    public async Task A_key_of_another_product()
    {
        var other = await EchoProduct.CreateAsync(Processes, "another");

        var answer = await Handshake.SendAsync(Processes.Url($"/echo/anothers-key?user_key={other.UserKey}", "http"));

        AssertRefused(answer, 403, "user_key_of_another_product", "Authentication failed", "/anothers-key");
    }

    [Fact]
    public async Task No_mapping_rule()
    {
        var product = await EchoProduct.CreateAsync(Processes, "mapped", pattern: "/only/this");

        var answer = await Handshake.SendAsync(Http(product.Url(Processes, "staging", "/not-mapped")));

        AssertRefused(answer, 404, "no_mapping_rule", "No Mapping Rule matched", "/not-mapped");
    }

    [Fact]
    public async Task An_unknown_product()
    {
        var answer = await Handshake.SendAsync(Processes.Url($"/nobody/unknown?user_key={gateway.Echo.UserKey}", "http"));

        AssertRefused(answer, 404, "product_not_found", null, "/unknown");
    }

    [Fact]
    public async Task No_websocket_policy()
    {
        var product = await EchoProduct.CreateAsync(Processes, "plain", policies: """[{"name":"apicast"}]""");

        var answer = await Handshake.SendAsync(Http(product.Url(Processes, "production", "/no-policy")));

        AssertRefused(answer, 403, "websocket_policy_missing", null, "/no-policy");
        Assert.Contains("websocket", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backend_that_is_down()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        var product = await EchoProduct.CreateAsync(Processes, "down", backendUrl: $"ws://127.0.0.1:{port}");

        var answer = await Handshake.SendAsync(Http(product.Url(Processes, "production")));

        AssertRefused(answer, 502, "backend_unreachable", null, "no such path");
    }

    [Fact]
    public async Task A_backend_that_never_answers()
    {
        var answer = await Handshake.SendAsync(Http(gateway.Echo.Url(Processes, "production", "/silent/one")));

        Assert.Equal((504, "backend_timeout"), (answer.Status, answer.Code));
        Assert.Single(Processes.Heard, line => line.Contains("/silent/one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task A_backend_that_declines_is_passed_on_as_it_is(int status)
    {
        var answer = await Handshake.SendAsync(Http(gateway.Echo.Url(Processes, "staging", $"/decline/{status}")));

        Assert.Equal((status, $"the server says {status}"), (answer.Status, answer.Text));
        Assert.Equal("yes", answer.Headers["X-Private"]);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), answer.Headers["Proxy-Status"], StringComparison.Ordinal);
    }

    private void AssertRefused(Handshake answer, int status, string code, string? title, string path)
    {
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.StartsWith("application/problem+json", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains(title ?? "\"title\"", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Processes.Heard, line => line.Contains(path, StringComparison.Ordinal));
    }

    private static Uri Http(Uri url) => new UriBuilder(url) { Scheme = "http" }.Uri;
}
