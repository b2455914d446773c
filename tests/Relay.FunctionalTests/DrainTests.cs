using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>A relay that stops with much to close.</summary>
public sealed class DrainTests : GatewayTests
{
    private const int Count = 1_000;

    [Fact]
    public async Task Of_a_thousand_clients_each_sees_a_close_code_and_none_a_reset()
    {
        await using var relay = await StartRelayAsync(("Relay:Sessions:DrainRate", "1000"), ("Relay:Sessions:DrainTimeout", "00:01:00"));
        var sockets = new List<RawSocket>();
        while (sockets.Count < Count)
        {
            // Some at a time, because the machine that the tests run on has better things to do than to queue a thousand.
            sockets.AddRange(await Task.WhenAll(
                Enumerable.Range(0, 20).Select(_ => RawSocket.OpenAsync(relay.Address, $"/echo?user_key={Keys.Good}"))).Soon());
        }

        await Task.WhenAll(sockets.Select(socket => socket.ReadFrameAsync())).Soon();
        var closing = Task.WhenAll(sockets.Select(socket => socket.ReadCloseAsync()));
        var stopping = relay.StopAsync();

        var closed = await closing.Soon(TimeSpan.FromMinutes(1));
        await stopping.Soon(TimeSpan.FromMinutes(1));

        Assert.All(closed, close => Assert.Equal("1001 gateway is shutting down", close));
        Assert.Equal(Count, relay.Log.Lines.Count(line => line.Id.Name == "Closed" && line.Text.Contains("end=shutting_down", StringComparison.Ordinal)));
        Assert.Single(relay.Log.Lines, line => line.Text.StartsWith("Closing 1000 sessions over 00:00:01;", StringComparison.Ordinal));
        Assert.Single(relay.Log.Lines, line => line.Text.StartsWith("All 1000 sessions have closed", StringComparison.Ordinal));
        sockets.ForEach(socket => socket.Dispose());
    }
}
