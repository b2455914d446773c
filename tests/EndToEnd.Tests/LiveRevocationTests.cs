using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>What an operator takes back reaches the open tunnels of every relay, whatever part has just been away.</summary>
public sealed partial class LiveRevocationTests : TwoRelayTests
{
    // The default, give or take a tenth, and what a slow machine takes for an answer.
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5 * 1.1) + TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_suspended_application_loses_its_tunnels_on_every_relay_and_none_is_opened_until_it_is_resumed()
    {
        await SubscribedAsync(times: 1);
        using var one = await OpenAsync(Here);
        using var two = await OpenAsync(There);

        await Gateway.Management.ActAsync("/api/applications/echo:suspend");

        Assert.Equal(["1008 key revoked", "1008 key revoked"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));

        // Both relays have heard of it by now, and from here on none gets through, not even once.
        for (var tries = 0; tries < 10; tries++)
        {
            var answers = await Task.WhenAll(Handshake.SendAsync(Http(Here)), Handshake.SendAsync(Http(There)));
            Assert.Equal(["application_not_active", "application_not_active"], answers.Select(answer => answer.Code));
        }

        await Gateway.Management.ActAsync("/api/applications/echo:resume");
        await Handshake.AnsweredAsync(Http(Here), answer => answer.Status == 101);
        await Handshake.AnsweredAsync(Http(There), answer => answer.Status == 101);
    }

    [Fact]
    public async Task Without_signalr_a_deleted_key_closes_its_tunnels_when_the_relays_have_polled()
    {
        await SubscribedAsync(times: 1);
        using var one = await OpenAsync(Here);
        using var two = await OpenAsync(There);
        await Gateway.SignalR.TerminateAsync();

        await DeleteKeyAsync();
        var deleted = TimeProvider.System.GetTimestamp();

        Assert.Equal(["1008 key revoked", "1008 key revoked"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));
        Assert.True(TimeProvider.System.GetElapsedTime(deleted) < PollInterval, $"It took {TimeProvider.System.GetElapsedTime(deleted)}.");
    }

    [Theory]
    [InlineData("/api/applications/echo:close-connections")]
    [InlineData("/api/products/echo:close-connections")]
    public async Task What_an_operator_closes_ends_on_every_relay_and_may_be_opened_again(string path)
    {
        await SubscribedAsync(times: 1);
        using var one = await OpenAsync(Here);
        using var two = await OpenAsync(There);

        await Gateway.Management.PostAsync(path, "{}");

        Assert.Equal(["1008 closed by an operator", "1008 closed by an operator"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));
        using var again = await OpenAsync(Here);
    }

    [Fact]
    public async Task Another_limit_of_the_plan_holds_for_the_tunnels_that_are_open_on_every_relay()
    {
        await SubscribedAsync(times: 1);
        using var one = await OpenAsync(Here);
        using var two = await OpenAsync(There);

        await Gateway.Management.PostAsync(
            "/api/products/echo/plans/basic/limits", """{"metric":"ws.messages.in","period":"year","value":0}""");

        Assert.Equal(["1008 usage limit exceeded", "1008 usage limit exceeded"], await Task.WhenAll(UseUpAsync(one), UseUpAsync(two)));
    }

    [Fact]
    public async Task After_every_part_was_away_no_revocation_is_missed()
    {
        await SubscribedAsync(times: 1);
        using var one = await OpenAsync(Here);
        await Gateway.SecondRelay.TerminateAsync();
        await Gateway.SignalR.TerminateAsync();
        await Gateway.Functions.TerminateAsync();
        await Gateway.SignalR.StartAsync();
        await Gateway.SecondRelay.StartAsync();
        await Gateway.Functions.StartAsync();
        await ServedAsync();
        using var two = await OpenAsync(There);
        await SubscribedAsync(times: 2);

        await DeleteKeyAsync();

        Assert.Equal(["1008 key revoked", "1008 key revoked"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));
    }

    // Says something again and again until that is too much; why it was.
    private static async Task<string> UseUpAsync(ClientWebSocket socket)
    {
        using var between = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            await socket.SendAsync("more"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).Soon();
            if (await socket.ReceiveAsync(new byte[256], CancellationToken.None).Soon() is { MessageType: WebSocketMessageType.Close } closed)
            {
                return $"{(int)closed.CloseStatus!} {closed.CloseStatusDescription}";
            }

            await between.WaitForNextTickAsync();
        }
    }

    private async Task DeleteKeyAsync() =>
        await Gateway.Management.DeleteAsync($"/api/applications/echo/keys/{(await Echo.KeysAsync(Gateway))[0]}");

    private Task SubscribedAsync(int times) => Task.WhenAll(
        Gateway.Relay.PrintedAsync(Subscribed(), times), Gateway.SecondRelay.PrintedAsync(Subscribed(), times));

    [GeneratedRegex("Events are pushed")]
    private static partial Regex Subscribed();
}
