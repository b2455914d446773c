using System.Security.Cryptography.X509Certificates;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>What a product and its backends say about how a backend is spoken to, for WebSockets and plain requests alike.</summary>
public sealed class BackendSettingsTests : GatewayTests
{
    private const string SecretToken = "X-3scale-proxy-secret-token";

    private static readonly string Upgrade = RawClient.Handshake(
        $"/echo?user_key={Keys.Good}", $"{SecretToken}: forged", "x_3scale_proxy_secret_token: forged");

    private static readonly string Plain = RawClient.Request(
        $"GET /echo?user_key={Keys.Good} HTTP/1.1", "Host: gateway.test", $"{SecretToken}: forged");

    [Theory]
    [InlineData("shared-secret")]
    [InlineData(null)]
    public async Task The_secret_token_is_the_products_and_never_a_clients(string? token)
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with { SecretToken = token });
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(Upgrade);
        await relay.SendAsync(Plain);

        Assert.Equal([token, token], Server.Heard.Select(heard => heard.Headers.GetValueOrDefault(SecretToken)));
        Assert.DoesNotContain(Server.Heard, heard => heard.Headers.ContainsKey("x_3scale_proxy_secret_token"));
    }

    [Theory]
    [InlineData("public.example.com", "public.example.com")]
    [InlineData("public.example.com:81", "public.example.com:81")]
    [InlineData(null, null)]
    public async Task The_host_header_is_rewritten(string? rewrite, string? host)
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with { HostRewrite = rewrite });
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(Upgrade);
        await relay.SendAsync(Plain);

        host ??= Server.Address.Authority;
        Assert.Equal([host, host], Server.Heard.Select(heard => heard.Headers["Host"]));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("host/path")]
    [InlineData("host:port")]
    public async Task A_host_that_is_none_is_not_served(string rewrite)
    {
        await using var relay = await StartRelayAsync();
        relay.Log.Expect("VersionRefused");

        Promote(Snapshots.Echo(Server.Address, version: 2) with { HostRewrite = rewrite });

        await UntilRefusedAsync(relay, $"The host rewrite '{rewrite}' is no host.");
    }

    [Fact]
    public async Task An_endpoint_that_dies_costs_no_request()
    {
        await using var other = await Backend.StartAsync();
        var usage = Snapshots.Usage(Server.Address) with { Endpoints = [new Uri(other.Address, "v2")] };
        Promote(Snapshots.Echo(Server.Address, version: 2) with { Backends = [usage] });
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(Upgrade);
        await relay.SendAsync(Upgrade);
        var both = (Server.Heard.Count, other.Heard.Count);
        await Server.DisposeAsync();
        var answers = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            answers.Add((await relay.SendAsync(Upgrade)).Status);
            answers.Add((await relay.SendAsync(Plain)).Status);
        }

        Assert.Equal((1, 1), both);
        Assert.Equal([101, 200, 101, 200, 101, 200], answers);
        Assert.Equal(7, other.Heard.Count(heard => heard.RawTarget == "/v2/"));
    }

    [Fact]
    public async Task A_backends_rules_count_for_what_goes_to_it()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            Backends = [Snapshots.Usage(Server.Address), Snapshots.Usage(Server.Address, "/chat") with { Backend = "chat" }],
            MappingRules =
            [
                new MappingRule { Method = "GET", Pattern = "/", Metric = "hits.chat", Backend = "chat" },
                new MappingRule { Method = "GET", Pattern = "/", Metric = "hits.echo-backend", Backend = "echo-backend" },
            ],
        });
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(RawClient.Handshake($"/echo/chat/1?user_key={Keys.Good}"));
        await relay.SendAsync(RawClient.Handshake($"/echo/chats?user_key={Keys.Good}"));

        Assert.Equal(["hits.chat", "hits.echo-backend"], Functions.Questions.Select(question => Assert.Single(question.Usage).Key));
    }

    [Fact]
    public async Task A_backend_that_asks_for_a_certificate_is_shown_the_one_it_is_to_see()
    {
        using var files = new CertificateFolder();
        var thumbprint = files.Write();
        await using var server = await Backend.StartAsync(tls: true, client: () => thumbprint);
        Promote(WithCertificate(server, "inner"));
        await using var relay = await StartRelayAsync(files.Settings("Inner"));

        var answers = (await relay.SendAsync(Upgrade), await relay.SendAsync(Plain));
        thumbprint = files.Write();
        var renewed = (await relay.SendAsync(Upgrade), await relay.SendAsync(Plain));

        Assert.Equal((101, 200), (answers.Item1.Status, answers.Item2.Status));
        Assert.Equal((101, 200), (renewed.Item1.Status, renewed.Item2.Status));
    }

    [Fact]
    public async Task Without_it_such_a_backend_is_not_reached()
    {
        await using var server = await Backend.StartAsync(tls: true, client: () => "anything");
        Promote(WithCertificate(server, null));
        await using var relay = await StartRelayAsync();

        Assert.Equal(502, (await relay.SendAsync(Upgrade)).Status);
        Assert.Equal(502, (await relay.SendAsync(Plain)).Status);
        Assert.Empty(server.Heard);
    }

    [Fact]
    public async Task A_broken_renewal_leaves_the_certificate_that_was()
    {
        using var files = new CertificateFolder();
        var thumbprint = files.Write();
        await using var server = await Backend.StartAsync(tls: true, client: () => thumbprint);
        Promote(WithCertificate(server, "inner"));
        await using var relay = await StartRelayAsync(files.Settings("inner"));
        await relay.SendAsync(Upgrade);

        files.Spoil();

        Assert.Equal(101, (await relay.SendAsync(Upgrade)).Status);
        Assert.Equal(101, (await relay.SendAsync(Upgrade)).Status);
        Assert.Single(relay.Log.Lines, line => line.Id.Id == 2504);
    }

    [Fact]
    public async Task A_certificate_that_the_relay_does_not_have_is_not_served()
    {
        await using var relay = await StartRelayAsync();
        relay.Log.Expect("VersionRefused");

        Promote(WithCertificate(Server, "unknown"));

        await UntilRefusedAsync(
            relay,
            "Backend 'echo-backend' wants the client certificate 'unknown', and this relay has none of that name "
            + "(setting Relay:Upstream:ClientCertificates:unknown).");
    }

    private static ProductSnapshot WithCertificate(Backend server, string? name) => Snapshots.Echo(server.Address, version: 2) with
    {
        Backends = [Snapshots.Usage(server.Address) with { Tls = new BackendTls { Insecure = true, ClientCertificate = name } }],
    };

    private static Task UntilRefusedAsync(RunningRelay relay, string why) =>
        relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Text.Contains(why, StringComparison.Ordinal)));

    /// <summary>A client certificate in files, as an operator keeps them.</summary>
    private sealed class CertificateFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-client-certificate-");
        private DateTime _changed = DateTime.UtcNow.AddHours(-1);

        private string Certificate => Path.Combine(_folder.FullName, "cert.pem");

        private string Key => Path.Combine(_folder.FullName, "key.pem");

        public (string, string)[] Settings(string name) =>
        [
            ($"Relay:Upstream:ClientCertificates:{name}:CertificatePath", Certificate),
            ($"Relay:Upstream:ClientCertificates:{name}:KeyPath", Key),
        ];

        /// <summary>Writes another certificate and returns its thumbprint.</summary>
        public string Write()
        {
            using var certificate = Certificates.SelfSigned("relay");
            Write(certificate.ExportCertificatePem(), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            return certificate.Thumbprint;
        }

        public void Spoil() => Write("no certificate", "no key");

        public void Dispose() => _folder.Delete(recursive: true);

        // Each time a minute later, whatever a file system's clock can tell apart.
        private void Write(string certificate, string key)
        {
            File.WriteAllText(Certificate, certificate);
            File.WriteAllText(Key, key);
            _changed += TimeSpan.FromMinutes(1);
            File.SetLastWriteTimeUtc(Certificate, _changed);
            File.SetLastWriteTimeUtc(Key, _changed);
        }
    }
}
