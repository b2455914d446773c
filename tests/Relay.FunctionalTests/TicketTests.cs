using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Tickets of pages, in the query and as subprotocols.</summary>
public sealed class TicketTests : GatewayTests
{
    private const string Good = "sgtk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private const string Page = "Origin: https://app.example.com";

    [Theory]
    [InlineData("/echo/a/b?x=1&ticket=" + Good + "&y=%20", "X-Other: 1", "/a/b?x=1&y=%20")]
    [InlineData("/staging/echo/a/b?ticket=" + Good, "X-Other: 1", "/a/b")]
    [InlineData("/echo/a/b?ticket=mine", "Sec-WebSocket-Protocol: gateway.ticket." + Good, "/a/b?ticket=mine")]
    public async Task The_functions_are_asked_about_the_ticket_and_what_it_is_bound_to_and_the_backend_never_sees_it(
        string target, string header, string heard)
    {
        Promote(Allowing());
        Functions.Judge = _ => Granted(cacheSeconds: 0);
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake(target, Page, header));

        Assert.Equal(101, answer.Status);
        var asked = Assert.Single(Functions.Questions);
        Assert.Equal((Good, "/a/b", "https://app.example.com"), (asked.Ticket, asked.Path, asked.Origin));
        Assert.Equal((null, "app.example.com", 1), (asked.UserKey, asked.Referrer, asked.Usage["hits"]));
        var request = Assert.Single(Server.Heard);
        Assert.Equal(heard, request.RawTarget);
        Assert.DoesNotContain(request.Headers, sent => sent.Value.Contains(Good, StringComparison.Ordinal));
        Assert.DoesNotContain(relay.Log.Lines, line => line.Text.Contains(Good, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_clients_that_come_with_one_ticket_each_is_asked_about()
    {
        var used = 0;
        Functions.Judge = _ => Interlocked.Increment(ref used) == 1 ? Granted(cacheSeconds: 0) : Denied(AuthorizationReasons.TicketInvalid);
        await using var relay = await StartRelayAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => relay.SendAsync(RawClient.Handshake($"/echo?ticket={Good}")))).Soon();

        Assert.Equal(1, answers.Count(answer => answer.Status == 101));
        Assert.Equal(7, answers.Count(answer => answer.Status == 403 && answer.Problem.Code == "ticket_invalid"));
        Assert.Equal(8, Functions.Questions.Count);
    }

    [Theory]
    [InlineData("/echo?ticket=" + Good + "&user_key=" + Keys.Good, "X-Other: 1", 400, "credentials_malformed")]
    [InlineData("/echo?ticket=" + Good, "Sec-WebSocket-Protocol: gateway.ticket.sgtk_other", 400, "credentials_malformed")]
    [InlineData("/echo", "Sec-WebSocket-Protocol: gateway.user_key.k, gateway.ticket." + Good, 400, "credentials_malformed")]
    [InlineData("/echo?ticket=sgtk_%00", "X-Other: 1", 403, "ticket_invalid")]
    [InlineData("/echo?ticket=something", "X-Other: 1", 403, "credentials_missing")]
    public async Task What_cannot_be_meant_is_refused_without_asking(string target, string header, int status, string code)
    {
        Promote(Allowing());
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake(target, header));

        Assert.Equal((status, code), (answer.Status, answer.Problem.Code));
        Assert.Empty(Functions.Questions);
    }

    [Fact]
    public async Task A_handshake_of_no_page_names_no_origin()
    {
        Functions.Judge = _ => Granted(cacheSeconds: 0);
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(RawClient.Handshake($"/echo?ticket={Good}"));

        Assert.Equal(("/", null), (Assert.Single(Functions.Questions).Path, Functions.Questions.Single().Origin));
    }

    private ProductSnapshot Allowing() =>
        Snapshots.Echo(Server.Address, version: 2) with { Credentials = new CredentialSettings { Subprotocol = true } };
}
