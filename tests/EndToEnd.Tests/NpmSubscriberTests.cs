using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>The npm client of SignalR in the hub of the relays, as the page of an operator would use it.</summary>
public sealed partial class NpmSubscriberTests : TwoRelayTests
{
    [Fact]
    public async Task It_hears_what_the_relays_hear_and_comes_back_by_the_functions_with_a_stale_token_of_the_service()
    {
        await Gateway.Relay.PrintedAsync(Subscribed(), 1);
        await Gateway.SecondRelay.PrintedAsync(Subscribed(), 1);
        using var one = await OpenAsync(Here);
        using var two = await OpenAsync(There);
        await using var page = await StartAsync();
        var first = (await page.LineAsync(Connected())).Groups[1].Value;

        await Gateway.Management.ActAsync("/api/applications/echo:suspend");
        await page.LineAsync(HeardSuspended());
        Assert.Equal(["1008 key revoked", "1008 key revoked"], await Task.WhenAll(CloseAsync(one), CloseAsync(two)));

        await page.WriteLineAsync("close");
        await page.LineAsync(Reconnecting());
        var second = (await page.LineAsync(Reconnected())).Groups[1].Value;
        await Gateway.Management.ActAsync("/api/applications/echo:resume");
        await page.LineAsync(HeardResumed());

        // The relays have noticed nothing of it.
        await ServedAsync();
        Assert.NotEqual(first, second);
        Assert.All([Gateway.Relay, Gateway.SecondRelay], relay => Assert.Single(relay.Output, line => Subscribed().IsMatch(line)));
        Assert.Equal(2, page.Output.Count(line => line.StartsWith("heard ", StringComparison.Ordinal)));
    }

    private async Task<ChildProcess> StartAsync()
    {
        var token = await Gateway.Management.PostAsync("/api/access-tokens", """{"name":"page","scopes":["read"]}""");
        return ChildProcess.Start(
            "node",
            [
                "tests/EndToEnd.Tests/Peers/events-client.mjs", $"http://127.0.0.1:{Gateway.Functions.Port}", token["token"]!.GetValue<string>(),
                $"http://127.0.0.1:{Gateway.SignalR.Port}", GatewayProcesses.SignalRKey,
            ]);
    }

    [GeneratedRegex("Events are pushed")]
    private static partial Regex Subscribed();

    [GeneratedRegex(@"^connected (\S+)$")]
    private static partial Regex Connected();

    [GeneratedRegex(@"^heard \d+ application\.suspended$")]
    private static partial Regex HeardSuspended();

    [GeneratedRegex(@"^heard \d+ application\.resumed$")]
    private static partial Regex HeardResumed();

    [GeneratedRegex("^reconnecting .*bye")]
    private static partial Regex Reconnecting();

    [GeneratedRegex(@"^reconnected (\S+)$")]
    private static partial Regex Reconnected();
}
