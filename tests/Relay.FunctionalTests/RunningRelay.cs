using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Relay.Events;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Relay.Handshake;
using Serverless.Relay.Observability;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>
/// The whole relay in this process, on ports of its own. Disposing fails the test if an Error was logged that it did
/// not expect.
/// </summary>
internal sealed class RunningRelay : IAsyncDisposable
{
    private readonly WebApplication _relay;
    private bool _stopped;

    private RunningRelay(WebApplication relay, RecordedLog log) => (_relay, Log) = (relay, log);

    public RecordedLog Log { get; }

    public Uri Address => new(Listeners.Gateway);

    public Uri Management => new(Listeners.Management);

    public IServiceProvider Services => _relay.Services;

    public Listeners Listeners => _relay.Services.GetRequiredService<Listeners>();

    /// <summary>The last event that it has heeded, or need not heed.</summary>
    public long? LastEvent => Services.GetRequiredService<EventOrder>().Last;

    /// <summary>Starts a relay and, unless told otherwise, waits until it is ready.</summary>
    public static async Task<RunningRelay> StartAsync(
        Uri management, TimeProvider? time = null, bool untilReady = true, params (string Key, string Value)[] settings)
    {
        var log = new RecordedLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Relay:Listen:Address"] = "127.0.0.1",
                ["Relay:Listen:Port"] = "0",
                ["Relay:Listen:ManagementPort"] = "0",
                ["Relay:Management:Api"] = management.ToString(),
                ["Relay:Management:Token"] = ManagementServer.Token,
                ["Relay:Configuration:PollInterval"] = "00:00:00.100",
            }
            .Concat(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)))
            .GroupBy(setting => setting.Key)
            .Select(group => group.Last()));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        var relay = new RunningRelay(Program.Build(builder), log);
        await relay._relay.StartAsync().Soon();
        if (untilReady)
        {
            await relay.UntilAsync(() => relay.Services.GetRequiredService<Readiness>().NotReadyBecause is null);
        }

        return relay;
    }

    public Task<RawAnswer> SendAsync(string request) => RawClient.SendAsync(Address, request);

    /// <summary>Opens a WebSocket through the relay.</summary>
    public async Task<ClientWebSocket> ConnectAsync(string target, Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        configure?.Invoke(socket.Options);
        await socket.ConnectAsync(new Uri($"ws://{Address.Authority}{target}"), CancellationToken.None).Soon();
        return socket;
    }

    /// <summary>Waits for something that the relay does in its own time.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Timeouts.Default);
        while (!condition())
        {
            await Log.NextAsync(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }

    /// <summary>Asks the relay to stop, as SIGTERM does.</summary>
    public Task StopAsync()
    {
        _stopped = true;
        _relay.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return _relay.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            // A test that leaves tunnels open, or has no functions any more, leaves no time for the last report of usage either.
            Log.Expect("Lost");
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await _relay.StopAsync(soon.Token).Soon();
        }

        await _relay.DisposeAsync().Soon();
        Log.ThrowOnUnexpectedErrors();
    }
}
