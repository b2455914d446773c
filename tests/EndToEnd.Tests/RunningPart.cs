using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>One process of the gateway, on the same port whenever it starts again.</summary>
/// <param name="start">Starts the process on a port.</param>
/// <param name="ready">The line that says that it listens.</param>
internal sealed class RunningPart(Func<int, ChildProcess> start, Regex ready) : IAsyncDisposable
{
    private readonly List<string> _earlier = [];
    private ChildProcess? _process;

    /// <summary>Where it listens, from its first start on; 0 before.</summary>
    public int Port { get; private set; }

    /// <summary>Everything it has printed, from its first start on.</summary>
    public IEnumerable<string> Output => [.. _earlier, .. _process?.Output ?? []];

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync()
    {
        Port = Port == 0 ? FreePort.Choose() : Port;
        _process = start(Port);
        await _process.LineAsync(ready);
    }

    /// <summary>Asks it to end, as an orchestrator does, and gives its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        var process = _process!;
        process.Terminate();
        var code = await process.ExitAsync();
        _earlier.AddRange(process.Output);
        await process.DisposeAsync();
        _process = null;
        return code;
    }

    /// <summary>Waits until it has printed so many lines of a kind, from its first start on.</summary>
    public async Task PrintedAsync(Regex kind, int times)
    {
        using var deadline = new CancellationTokenSource(Timeouts.Default);
        using var between = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Output.Count(kind.IsMatch) < times)
        {
            await between.WaitForNextTickAsync(deadline.Token);
        }
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
