using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>Each part is stopped with SIGTERM and started again, one test each, on a gateway of its own.</summary>
public sealed partial class RestartTests : IAsyncLifetime
{
    private GatewayProcesses _gateway = null!;
    private EchoProduct _echo = null!;

    public async Task InitializeAsync()
    {
        _gateway = await GatewayProcesses.StartAsync();
        _echo = await EchoProduct.CreateAsync(_gateway, "echo");
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Without_the_functions_open_tunnels_go_on_and_new_ones_wait_for_their_return()
    {
        await using var client = await Conversation.StayAsync(_echo.Url(_gateway, "production"));

        Assert.Equal(0, await _gateway.Functions.TerminateAsync());

        var refused = await Handshake.AnsweredAsync(Http(_echo), answer => answer.Status != 101);
        Assert.Equal((503, "authorization_unavailable"), (refused.Status, refused.Code));
        await SpeakAsync(client);

        await _gateway.Functions.StartAsync();
        await Handshake.AnsweredAsync(Http(_echo), answer => answer.Status == 101);
        await SpeakAsync(client);
    }

    [Fact]
    public async Task Without_storage_the_functions_say_so_and_nothing_stored_is_lost()
    {
        await using var client = await Conversation.StayAsync(_echo.Url(_gateway, "production"));

        await _gateway.Storage.TerminateAsync();
        var refused = await Handshake.AnsweredAsync(Http(_echo), answer => answer.Status != 101);
        Assert.Equal((503, "authorization_unavailable"), (refused.Status, refused.Code));
        await SpeakAsync(client);

        await _gateway.Storage.StartAsync();
        await Handshake.AnsweredAsync(Http(_echo), answer => answer.Status == 101);
        var product = await _gateway.Management.GetAsync("/api/products/echo");
        Assert.Equal("echo", product["system_name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_relay_that_stops_tells_its_clients_and_serves_again_when_it_is_back()
    {
        await using var client = await Conversation.StayAsync(_echo.Url(_gateway, "production"));

        Assert.Equal(0, await _gateway.Relay.TerminateAsync());

        await client.LineAsync(ClosedGoingAway());
        await _gateway.Relay.StartAsync();
        await Handshake.AnsweredAsync(Http(_echo), answer => answer.Status == 101);
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_tunnels_and_is_found_again_when_it_is_back()
    {
        await using var client = await Conversation.StayAsync(_echo.Url(_gateway, "production"));

        await _gateway.Server.TerminateAsync();

        await client.LineAsync(Closed());
        var refused = await Handshake.SendAsync(Http(_echo));
        Assert.Equal((502, "backend_unreachable"), (refused.Status, refused.Code));
        await _gateway.Server.StartAsync();
        Assert.Equal(101, (await Handshake.SendAsync(Http(_echo))).Status);
    }

    private Uri Http(EchoProduct product) => new UriBuilder(product.Url(_gateway, "production")) { Scheme = "http" }.Uri;

    private static async Task SpeakAsync(ChildProcess client)
    {
        var word = Guid.NewGuid().ToString();
        await client.WriteLineAsync(word);
        await client.LineAsync(new Regex($"^answered {word}$"));
    }

    [GeneratedRegex("^closed 1001 ")]
    private static partial Regex ClosedGoingAway();

    [GeneratedRegex(@"^closed \d+")]
    private static partial Regex Closed();
}
