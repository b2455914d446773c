namespace Serverless.Relay.SignalR;

/// <summary>Looks at every connection each second: who has been sent nothing for long gets a Ping, who has gone silent is ended.</summary>
internal sealed class Heartbeat(Hubs hubs, TimeProvider time, ILogger<Heartbeat> log) : BackgroundService
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Second, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var connection in hubs.Connections)
                {
                    Beat(connection);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private void Beat(ClientConnection connection)
    {
        try
        {
            if (connection.Beat(PingAfter, SilentAfter))
            {
                connection.Close("The client has sent nothing for too long.");
            }
        }
        catch (Exception error)
        {
            // The others go on, and so does the server, which a loop that throws would stop.
            SignalRLog.Failed(log, connection.Id, error);
        }
    }
}
