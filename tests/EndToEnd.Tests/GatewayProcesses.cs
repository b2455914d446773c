using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>
/// The whole gateway as separate processes on free ports: storage emulator, functions, relay, and a private server that
/// echoes. Any of them may be stopped, and started again where it was.
/// </summary>
internal sealed partial class GatewayProcesses : IAsyncDisposable
{
    /// <summary>The emulation's own key, which everybody knows.</summary>
    internal const string SignalRKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH";

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-").FullName;
    private readonly string _adminToken = Secret();
    private readonly string _pepper = Secret();
    private readonly string _storageKey = Secret();

    private GatewayProcesses()
    {
        Storage = new(StorageArguments, StorageReady());
        Functions = new(FunctionsArguments, FunctionsReady());
        Server = new(ServerArguments, ServerReady());
        Relay = new(RelayArguments, RelayReady());
        SecondRelay = new(RelayArguments, RelayReady());
        SignalR = new(SignalRArguments, SignalRReady());
    }

    public RunningPart Storage { get; }

    public RunningPart Functions { get; }

    public RunningPart Server { get; }

    public RunningPart Relay { get; }

    /// <summary>Another relay; only there when events are wanted.</summary>
    public RunningPart SecondRelay { get; }

    /// <summary>Emulation of SignalR Service; only there when events are wanted.</summary>
    public RunningPart SignalR { get; }

    /// <summary>Operator's client; the functions keep their port when they start again.</summary>
    public ManagementClient Management { get; private set; } = null!;

    /// <summary>Certificate of the echo server, as backends pin it.</summary>
    public string ServerSha256 { get; private set; } = "";

    /// <summary>Every request that the private server has heard of, as JSON lines.</summary>
    public IEnumerable<string> Heard => Server.Output.Where(line => line.StartsWith("{\"method\"", StringComparison.Ordinal));

    /// <summary>Starts all that is needed.</summary>
    /// <param name="events">Whether events are pushed, to two relays.</param>
    public static async Task<GatewayProcesses> StartAsync(bool events = false)
    {
        var gateway = new GatewayProcesses();
        await gateway.Storage.StartAsync();
        if (events)
        {
            await gateway.SignalR.StartAsync();
        }

        await Task.WhenAll(gateway.Functions.StartAsync(), gateway.Server.StartAsync());
        gateway.ServerSha256 = await gateway.CertificateAsync();

        gateway.Management = new(new Uri($"http://127.0.0.1:{gateway.Functions.Port}"), gateway._adminToken);
        var token = await gateway.Management.PostAsync("/api/access-tokens", """{"name":"relay","scopes":["relay"]}""");
        await File.WriteAllTextAsync(gateway.TokenFile, token["token"]!.GetValue<string>());
        await gateway.Relay.StartAsync();
        if (events)
        {
            await gateway.SecondRelay.StartAsync();
        }

        return gateway;
    }

    /// <summary>Address of the public side for a path such as <c>/echo/</c>.</summary>
    public Uri Url(string path, string scheme = "ws") => new($"{scheme}://127.0.0.1:{Relay.Port}{path}");

    /// <summary>The same at the other relay.</summary>
    public Uri SecondUrl(Uri url) => new UriBuilder(url) { Port = SecondRelay.Port }.Uri;

    public async ValueTask DisposeAsync()
    {
        Management?.Dispose();
        foreach (var part in new[] { Relay, SecondRelay, Server, Functions, SignalR, Storage })
        {
            await part.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string TokenFile => Path.Combine(_folder, "relay-token");

    private string StorageConnection =>
        $"DefaultEndpointsProtocol=http;AccountName=e2e;AccountKey={_storageKey};TableEndpoint=http://127.0.0.1:{Storage.Port}/e2e;";

    private static string Secret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static string Assembly(string project, string name) => Repository.Path($"{project}/bin/{Configuration}/net10.0/{name}");

#if DEBUG
    internal const string Configuration = "Debug";
#else
    internal const string Configuration = "Release";
#endif

    private ChildProcess StorageArguments(int port) => ChildProcess.Start(
        "node",
        ["infra/local/azurite-table.cjs", "--exitWithStdin", "--tablePort", Text(port), "--location", Path.Combine(_folder, "azurite"),
            "--disableTelemetry", "--silent", "--skipApiVersionCheck"],
        new Dictionary<string, string?> { ["AZURITE_ACCOUNTS"] = $"e2e:{_storageKey}" });

    private ChildProcess FunctionsArguments(int port) => ChildProcess.Start(
        "dotnet",
        [Assembly("functions", "Serverless.Functions.dll")],
        new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["Storage__ConnectionString"] = StorageConnection,
            ["Keys__Pepper"] = _pepper,
            ["AdminToken"] = _adminToken,
            // So that a deleted key is noticed while a test waits.
            ["Authorization__CacheSeconds"] = "1",
            ["SignalR__ConnectionString"] = SignalR.Port == 0 ? null : $"Endpoint=http://localhost;Port={Text(SignalR.Port)};AccessKey={SignalRKey};Version=1.0;",
        });

    private ChildProcess SignalRArguments(int port) => ChildProcess.Start(
        "dotnet",
        [Assembly("relay", "Serverless.Relay.dll"), "--signalr-only"],
        new Dictionary<string, string?> { ["Relay__SignalR__Port"] = Text(port) });

    private ChildProcess ServerArguments(int port) => ChildProcess.Start(
        "node", ["tests/EndToEnd.Tests/Peers/echo-server.mjs", Path.Combine(_folder, "certificates"), Text(port)]);

    private ChildProcess RelayArguments(int port) => ChildProcess.Start(
        "dotnet",
        [Assembly("relay", "Serverless.Relay.dll")],
        new Dictionary<string, string?>
        {
            ["Relay__Management__Api"] = $"http://127.0.0.1:{Functions.Port}",
            ["Relay__Management__TokenFile"] = TokenFile,
            ["Relay__Configuration__PollInterval"] = "00:00:01",
            ["Relay__Upstream__HandshakeTimeout"] = "00:00:08",
            ["Relay__Listen__Address"] = "127.0.0.1",
            ["Relay__Listen__Port"] = Text(port),
            ["Relay__Listen__ManagementPort"] = "0",
        });

    private async Task<string> CertificateAsync()
    {
        var pem = await File.ReadAllTextAsync(Path.Combine(_folder, "certificates", "cert.pem"));
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pem);
        return Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^table-port=")]
    private static partial Regex StorageReady();

    [GeneratedRegex(@"Now listening on: http://")]
    private static partial Regex FunctionsReady();

    [GeneratedRegex(@"SignalR Service emulated on http://")]
    private static partial Regex SignalRReady();

    [GeneratedRegex(@"^echo-port=")]
    private static partial Regex ServerReady();

    [GeneratedRegex(@"Gateway listening on http://")]
    private static partial Regex RelayReady();
}
