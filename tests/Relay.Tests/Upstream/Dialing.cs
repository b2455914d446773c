using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Sockets;
using Serverless.Relay.Upstream;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Upstream;

/// <summary>Handshakes as the tests of the dialer make them.</summary>
internal static class Dialing
{
    // RFC 6455 §1.3.
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    public const string Opened =
        $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {Accept}\r\n\r\n";

    private static EventLoops Loops { get; } = new(() => OperatingSystem.IsLinux() ? 1 : 0);

    public static UpstreamDialer Dialer(TimeSpan? handshakeTimeout = null) => Dialer(new UpstreamOptions
    {
        ConnectTimeout = TimeSpan.FromSeconds(30),
        HandshakeTimeout = handshakeTimeout ?? TimeSpan.FromSeconds(30),
    });

    public static UpstreamDialer Dialer(UpstreamOptions options) => new(
        new EndpointRotation(Options.Create(options), TimeProvider.System),
        Certificates(options),
        Loops,
        Options.Create(options),
        TimeProvider.System,
        NullLogger<UpstreamDialer>.Instance);

    public static ClientCertificates Certificates(UpstreamOptions options) =>
        new(Options.Create(options), NullLogger<ClientCertificates>.Instance);

    public static BackendRequest Request(
        BackendUsage usage, string target = "/", params (string Name, string Value)[] headers) => new(
        usage,
        target,
        [
            new("Sec-WebSocket-Version", "13"),
            new("Sec-WebSocket-Key", Key),
            .. headers.Select(h => KeyValuePair.Create(h.Name, h.Value)),
        ]);

    public static Task<UpgradeAnswer> OpenAsync(this RawBackend backend, BackendTls? tls = null, string host = "127.0.0.1") =>
        Dialer().OpenAsync(Request(backend.Usage(tls: tls, host: host)), CancellationToken.None).Soon();

    public static async Task AssertOpenedAsync(this Task<UpgradeAnswer> answering)
    {
        var opened = Assert.IsType<UpgradeAnswer.Opened>(await answering);
        await opened.Connection.DisposeAsync();
    }

    public static async Task AssertFailedAsync(this Task<UpgradeAnswer> answering, RefusalReason reason)
    {
        var refusal = Assert.IsType<UpgradeAnswer.Failed>(await answering).Refusal;
        Assert.Equal(reason, refusal.Reason);
        Assert.NotNull(refusal.Detail);
        Assert.DoesNotContain("127.0.0.1", refusal.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", refusal.Detail, StringComparison.Ordinal);
    }

    public static async Task<string> TextAsync(this Stream stream)
    {
        using var text = new MemoryStream();
        await stream.CopyToAsync(text).Soon();
        return Encoding.Latin1.GetString(text.ToArray());
    }
}
