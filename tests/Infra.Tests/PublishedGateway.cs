using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Serverless.EndToEnd.Tests;
using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>
/// The gateway as it is deployed: what the images hold, with the settings that the templates give it. In the place of what is
/// Azure's stand the storage emulator, a tenant that signs tokens, and what Key Vault would have put into the settings.
/// </summary>
public sealed partial class PublishedGateway : IAsyncLifetime, IDisposable
{
    /// <summary>The tenant of the prediction.</summary>
    internal const string Tenant = "00000000-0000-0000-0000-000000000002";

    private readonly PredictedDeployment _deployment = new();
    private readonly string _certificates = Directory.CreateTempSubdirectory("certificates-").FullName;
    private readonly List<IAsyncDisposable> _parts = [];
    private PublishedImage _relayImage = null!;
    private PublishedImage _functionsImage = null!;
    private IdentityEndpoint _identity = null!;
    private string _api = "";

    internal ManagementClient Management { get; private set; } = null!;

    internal ChildProcess Functions { get; private set; } = null!;

    internal Uri FunctionsUrl => new(_api);

    /// <summary>A key of the application <c>client</c> of the product <c>echo</c>.</summary>
    internal string UserKey { get; private set; } = "";

    internal PublishedImage FunctionsImage => _functionsImage;

    internal PublishedImage RelayImage => _relayImage;

    public async Task InitializeAsync()
    {
        await _deployment.InitializeAsync();
        var building = new[] { PublishedImage.BuildAsync("relay"), PublishedImage.BuildAsync("functions") };
        _relayImage = await building[0];
        _functionsImage = await building[1];
        _identity = Keep(await IdentityEndpoint.StartAsync());
        var storage = Keep(await Azurite.StartAsync());

        var settings = new Dictionary<string, string>(_deployment.FunctionsSettings("prod"))
        {
            ["AdminToken"] = Bicep.Environment["GATEWAY_ADMIN_TOKEN"]!,
            ["Keys__Pepper"] = Bicep.Environment["GATEWAY_KEY_PEPPER"]!,
            ["Storage__ConnectionString"] = storage.ConnectionString,
            ["RelayIdentity__Issuer"] = _identity.Issuer,
            ["RelayIdentity__ObjectIds"] = IdentityEndpoint.ObjectId,
            ["ASPNETCORE_HTTP_PORTS"] = "0",
        };

        // The emulator knows no identities; there is no SignalR Service.
        settings.Remove("Storage__TableEndpoint");
        settings.Remove("SignalR__ConnectionString");
        Functions = Keep(_functionsImage.Start(settings));
        var port = (await Functions.LineAsync(FunctionsListening())).Groups[1].Value;
        _api = $"http://127.0.0.1:{port}";
        Management = new(new Uri(_api), settings["AdminToken"]);
        await DescribeAsync();
    }

    /// <summary>Starts a relay, ready to serve.</summary>
    internal Task<RelayReplica> StartRelayAsync() => RelayReplica.StartAsync(StartRelay(_identity.Environment));

    /// <summary>Starts a relay that finds this in its environment to get tokens from.</summary>
    internal ChildProcess StartRelay(IReadOnlyDictionary<string, string> identity)
    {
        var settings = new Dictionary<string, string>(_deployment.RelaySettings("prod"))
        {
            ["Relay__Management__Api"] = _api,
            ["Relay__Listen__Port"] = "0",
            ["Relay__Listen__ManagementPort"] = "0",
        };
        foreach (var (name, value) in identity)
        {
            settings[name] = value;
        }

        return _relayImage.Start(settings);
    }

    /// <summary>What a container finds in its environment whose identity nobody knows.</summary>
    internal IReadOnlyDictionary<string, string> UnknownIdentity =>
        new Dictionary<string, string>(_identity.Environment) { ["AZURE_CLIENT_ID"] = "00000000-0000-0000-0000-0000000000ff" };

    public async Task DisposeAsync()
    {
        Management?.Dispose();
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _relayImage?.Dispose();
        _functionsImage?.Dispose();
        Directory.Delete(_certificates, recursive: true);
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private async Task DescribeAsync()
    {
        var server = Keep(ChildProcess.Start("node", ["tests/EndToEnd.Tests/Peers/echo-server.mjs", _certificates, "0"]));
        var port = int.Parse((await server.LineAsync(ServerListening())).Groups[1].Value, CultureInfo.InvariantCulture);
        var pem = await File.ReadAllTextAsync(Path.Combine(_certificates, "cert.pem"));
        using var certificate = X509Certificate2.CreateFromPem(pem);
        var pin = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

        await Management.PostAsync(
            "/api/backends",
            $$"""{"system_name":"echo","name":"Echo","private_base_url":"https://localhost:{{port}}","tls":{"pinned_sha256":"{{pin}}"} }""");
        await Management.PostAsync("/api/products", """{"system_name":"echo","name":"Echo"}""");
        await Management.PostAsync("/api/products/echo/backends", """{"backend":"echo","path":"/"}""");
        await Management.PostAsync("/api/products/echo/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}""");
        await Management.PutAsync("/api/products/echo/policies", """{"policies":[{"name":"websocket"}]}""");
        await Management.PostAsync("/api/products/echo/plans", """{"system_name":"basic","name":"Basic"}""");
        await Management.PostAsync("/api/accounts", """{"system_name":"me","name":"Me"}""");
        var application = await Management.PostAsync(
            "/api/accounts/me/applications", """{"id":"client","product":"echo","plan":"basic","name":"Client"}""");
        UserKey = (string)application["user_key"]!;
        await Management.PostAsync("/api/products/echo/configs/staging:promote", "{}");
        await Management.PostAsync("/api/products/echo/configs/production:promote", "{}");
    }

    [GeneratedRegex(@"Now listening on: http://\S*:(\d+)")]
    private static partial Regex FunctionsListening();

    [GeneratedRegex(@"^echo-port=(\d+)")]
    private static partial Regex ServerListening();
}
