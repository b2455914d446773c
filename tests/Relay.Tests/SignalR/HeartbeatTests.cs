using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Relay.SignalR;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.SignalR;

public sealed class HeartbeatTests
{
    [Fact]
    public async Task What_one_connection_throws_is_nothing_to_the_others()
    {
        var time = new ManualTime();
        var hubs = new Hubs(time);
        var quota = new Quota(Options.Create(new SignalROptions()), time);
        var (broken, silent) = (Connection("a", () => throw new InvalidCastException()), Connection("b", () => { }));
        using var heart = new Heartbeat(hubs, time, NullLogger<Heartbeat>.Instance);
        await heart.StartAsync(default).Soon();
        broken.Write(new byte[(16 * 1024 * 1024) - 50]);

        using var late = new CancellationTokenSource(Timeouts.Default);
        while (!silent.Ending.IsCancellationRequested)
        {
            late.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await heart.StopAsync(default).Soon();

        Assert.True(heart.ExecuteTask!.IsCompletedSuccessfully);

        ClientConnection Connection(string id, Action abort)
        {
            var connection = new ClientConnection(id, new ServiceClient("chat", new ServiceToken([], null, []), ""), quota, time, abort);
            hubs["chat"].Add(connection);
            connection.Heard();
            return connection;
        }
    }
}
