using System.Net;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Connections that end for two reasons at once.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task Who_is_closed_while_they_leave_is_gone_and_the_others_stay()
    {
        await using var emulation = await RunningEmulation.StartAsync();
        using var other = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "other" });
        for (var round = 0; round < 10; round++)
        {
            var leaving = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" })));

            var closes = Enumerable.Range(0, 4).Select(_ => emulation.CallAsync("POST", $"/api/hubs/chat/users/ann/:closeConnections?{RunningEmulation.Version}"));
            var sends = Enumerable.Range(0, 4).Select(i => emulation.CallAsync("POST", "/api/v1/hubs/chat/users/ann", """{"target":"late"}"""));
            var aborts = Task.Run(() => Array.ForEach(leaving, client => client.Dispose()));
            var replies = await Task.WhenAll(closes.Concat(sends));
            await aborts.Soon();

            Assert.All(replies, reply => Assert.True(reply.Status is HttpStatusCode.NoContent or HttpStatusCode.Accepted));
        }

        await emulation.SendAsync("chat", "still here");
        Assert.Equal("still here", await other.TargetAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await emulation.CallAsync("HEAD", $"/api/hubs/chat/users/ann?{RunningEmulation.Version}")).Status);
    }
}
