using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Upstream;

/// <summary>How long backends may take. Section <c>Relay:Upstream</c>.</summary>
public sealed class UpstreamOptions
{
    /// <summary>
    /// From the first look at the backend's name to a TCP connection, all its addresses together. Defaults to 10 s: three
    /// lost SYNs.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// From there to the head of the backend's answer to a WebSocket handshake, TLS included; and for each piece of the
    /// body of an answer that is no 101. Defaults to 10 s, as a client's patience hardly exceeds 20 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For the head of the answer to a plain HTTP request, from the last byte that the client sent. Defaults to 100 s,
    /// as HttpClient's own.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(100);
}

[OptionsValidator]
internal sealed partial class UpstreamOptionsValidator : IValidateOptions<UpstreamOptions>;
