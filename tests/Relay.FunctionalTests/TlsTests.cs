using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>The public port with TLS.</summary>
public sealed class TlsTests : GatewayTests
{
    [Fact]
    public async Task A_client_reaches_the_backend_over_wss()
    {
        using var certificate = Certificates.SelfSigned("localhost");
        var folder = Directory.CreateTempSubdirectory("relay-tls-");
        var (pem, key) = (Path.Combine(folder.FullName, "cert.pem"), Path.Combine(folder.FullName, "key.pem"));
        await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var relay = await StartRelayAsync(
            ("Relay:Listen:TlsPort", "0"), ("Relay:Listen:CertificatePath", pem), ("Relay:Listen:CertificateKeyPath", key));

        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) =>
            shown!.GetCertHashString() == certificate.GetCertHashString();
        var port = new Uri(relay.Listeners.GatewayTls!).Port;
        await socket.ConnectAsync(new Uri($"wss://localhost:{port}/echo?user_key={Keys.Good}"), CancellationToken.None).Soon();

        Assert.Equal("something", await socket.ReceiveTextAsync());
        Assert.Equal("https", Assert.Single(Server.Heard).Headers["X-Forwarded-Proto"]);
        folder.Delete(recursive: true);
    }
}
