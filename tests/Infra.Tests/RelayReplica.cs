using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>A relay of several, that clients may be sent to.</summary>
internal sealed partial class RelayReplica : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly int _port;

    private RelayReplica(ChildProcess process, int port, int managementPort)
    {
        Process = process;
        _port = port;
        ManagementPort = managementPort;
    }

    public ChildProcess Process { get; }

    public int ManagementPort { get; }

    public static async Task<RelayReplica> StartAsync(ChildProcess process)
    {
        var port = Port(await process.LineAsync(GatewayListening()));
        var replica = new RelayReplica(process, port, Port(await process.LineAsync(ManagementListening())));
        using var between = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var deadline = TimeProvider.System.GetUtcNow() + Timeouts.Default;
        while (await replica.StatusAsync("/ready") != 200)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, string.Join('\n', process.Output));
            await between.WaitForNextTickAsync();
        }

        return replica;
    }

    /// <summary>Where the product <c>echo</c> is reached with a key.</summary>
    public Uri Url(string key, string scheme = "ws") => new($"{scheme}://127.0.0.1:{_port}/echo/?user_key={key}");

    /// <summary>What the management port answers.</summary>
    public async Task<int> StatusAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{ManagementPort}{path}")).Soon();
        return (int)answer.StatusCode;
    }

    /// <summary>Asks it to end, as a platform does, and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        Process.Terminate();
        return await Process.ExitAsync();
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static int Port(Match line) => int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Gateway listening on http://[^:]+:(\d+)")]
    private static partial Regex GatewayListening();

    [GeneratedRegex(@"Management listening on http://[^:]+:(\d+)")]
    public static partial Regex ManagementListening();
}
