using System.Text.RegularExpressions;

namespace Serverless.EndToEnd.Tests;

/// <summary>What an operator takes back reaches the open tunnels of every relay, whatever part has just been away.</summary>
public sealed partial class LiveRevocationTests : TwoRelayTests
{
    [Fact]
    public async Task A_suspended_application_loses_its_tunnels_on_every_relay_and_none_is_opened_until_it_is_resumed()
    {
        await SubscribedAsync(times: 1);
        using var one = await OpenAsync(Here);
        using var two = await OpenAsync(There);

        await Gateway.Management.ActAsync("/api/applications/echo:suspend");

        Assert.Equal(["1008 key revoked", "1008 key revoked"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));
        await Handshake.AnsweredAsync(Http(Here), answer => answer.Code == "application_not_active");
        await Handshake.AnsweredAsync(Http(There), answer => answer.Code == "application_not_active");
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

        Assert.Equal(["1008 key revoked", "1008 key revoked"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));
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

    private async Task DeleteKeyAsync() =>
        await Gateway.Management.DeleteAsync($"/api/applications/echo/keys/{(await Echo.KeysAsync(Gateway))[0]}");

    private Task SubscribedAsync(int times) => Task.WhenAll(
        Gateway.Relay.PrintedAsync(Subscribed(), times), Gateway.SecondRelay.PrintedAsync(Subscribed(), times));

    [GeneratedRegex("Events are pushed")]
    private static partial Regex Subscribed();
}
