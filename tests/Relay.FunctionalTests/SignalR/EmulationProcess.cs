using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>The emulation as a process of its own, which may be killed or frozen, and come back on its port.</summary>
internal sealed partial class EmulationProcess : IAsyncDisposable
{
    private ChildProcess? _process;

    private EmulationProcess() => Rest = new RestClient(() => Address);

    /// <summary>Where it listens, each time.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>An app that calls it.</summary>
    public RestClient Rest { get; }

    public static async Task<EmulationProcess> StartAsync()
    {
        var emulation = new EmulationProcess();
        await emulation.ComeBackAsync();
        return emulation;
    }

    /// <summary>Listens, on the port that it had.</summary>
    public async Task ComeBackAsync()
    {
        _process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Serverless.Relay.dll"), "--signalr-only"],
            new Dictionary<string, string?> { ["Relay__SignalR__Port"] = Address.Port.ToString(CultureInfo.InvariantCulture) });
        Address = new Uri((await _process.LineAsync(ListeningLine())).Groups[1].Value);
    }

    /// <summary>Ends it with no time for anything (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        Assert.Equal(128 + 9, await _process.ExitAsync());
        await _process.DisposeAsync();
    }

    /// <summary>Has it fall silent, its connections staying open (SIGSTOP).</summary>
    public void Freeze() => _process!.Freeze();

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        await _process!.DisposeAsync();
    }

    [GeneratedRegex(@"SignalR Service emulated on (http://[^/]+)/")]
    private static partial Regex ListeningLine();
}
