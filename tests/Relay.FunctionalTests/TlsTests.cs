using System.Net.WebSockets;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>The public port with TLS.</summary>
public sealed class TlsTests : GatewayTests
{
    [Fact]
    public async Task A_client_reaches_the_backend_over_wss()
    {
        using var files = new CertificateFiles();
        await using var relay = await StartRelayAsync(files.Settings);

        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) =>
            shown!.GetCertHashString() == files.Certificate.GetCertHashString();
        var port = new Uri(relay.Listeners.GatewayTls!).Port;
        await socket.ConnectAsync(new Uri($"wss://localhost:{port}/echo?user_key={Keys.Good}"), CancellationToken.None).Soon();

        Assert.Equal("something", await socket.ReceiveTextAsync());
        Assert.Equal("https", Assert.Single(Server.Heard).Headers["X-Forwarded-Proto"]);
    }
}
