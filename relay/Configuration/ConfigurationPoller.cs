using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Serverless.Relay.Management;
using Serverless.Relay.Observability;

namespace Serverless.Relay.Configuration;

/// <summary>Loads the configuration at start, retrying fast until there is one, and then polls for changes.</summary>
internal sealed class ConfigurationPoller(
    ConfigurationLoader loader,
    Readiness readiness,
    IOptions<ConfigurationOptions> options,
    TimeProvider time,
    ILogger<ConfigurationPoller> log)
    : BackgroundService
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly Pause _pause = new(time);
    private readonly ConcurrentQueue<Action> _afterwards = new();

    /// <summary>What is to be known before anything is served: asked for before each poll until one has succeeded. To be set before the start.</summary>
    public Func<CancellationToken, Task> Beforehand { get; set; } = _ => Task.CompletedTask;

    /// <summary>Polls now.</summary>
    /// <param name="afterwards">What is to be done as soon as a poll that begins after this call has succeeded.</param>
    public void Hurry(Action? afterwards = null)
    {
        if (afterwards is not null)
        {
            _afterwards.Enqueue(afterwards);
        }

        _pause.CutShort();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var retry = FirstRetry;
        List<Action> afterwards = [];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (_afterwards.TryDequeue(out var action))
                {
                    afterwards.Add(action);
                }

                var loaded = await LoadAsync(stoppingToken);
                if (loaded)
                {
                    afterwards.ForEach(action => action());
                    afterwards.Clear();
                }

                var pause = loaded ? options.Value.PollInterval : Min(retry, options.Value.PollInterval);
                retry = loaded ? FirstRetry : Min(retry * 2, LongestRetry);
                await _pause.WaitAsync(pause * (0.9 + (Random.Shared.NextDouble() / 5)), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<bool> LoadAsync(CancellationToken cancel)
    {
        try
        {
            // Functions that are away come back sooner than the next regular poll: until then a new relay serves nothing.
            if (!readiness.ConfigurationLoaded)
            {
                await Beforehand(cancel);
            }

            var loaded = await loader.LoadAsync(cancel);
            readiness.ConfigurationLoaded |= loaded;
            return loaded;
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            // A document that nobody foresaw must not end the polling, and with it the relay: what is served goes on.
            ConfigurationLog.LoadFailed(log, error);
            return false;
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
