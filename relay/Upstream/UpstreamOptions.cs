using Microsoft.Extensions.Options;

namespace Serverless.Relay.Upstream;

/// <summary>How long backends may take. Section <c>Relay:Upstream</c>.</summary>
public sealed class UpstreamOptions
{
    /// <summary>
    /// From the first look at the backend's name to a TCP connection, all its addresses together. Of several endpoints
    /// each gets an even share, one second at least. Defaults to 10 s: three lost SYNs.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// From there to the head of the backend's answer to a WebSocket handshake, TLS included; and for each piece of the
    /// body of an answer that is no 101. Defaults to 10 s, as a client's patience hardly exceeds 20 s.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For the head of the answer to a plain HTTP request, from the last byte that the client sent. Defaults to 100 s,
    /// as HttpClient's own.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// For how long an endpoint that could not be reached is tried after all others of its backend. Defaults to 10 s: a
    /// dead one delays a handshake six times a minute at most. 0 remembers nothing.
    /// </summary>
    public TimeSpan EndpointPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Certificates to show to backends that ask for one, by the name that a backend's settings use. None by default.</summary>
    public Dictionary<string, ClientCertificateFiles> ClientCertificates { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Says of a wrong setting its name, what it is and what it needs.</summary>
internal sealed class UpstreamOptionsValidator : IValidateOptions<UpstreamOptions>
{
    public ValidateOptionsResult Validate(string? name, UpstreamOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        Check(nameof(options.ConnectTimeout), options.ConnectTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(5));
        Check(nameof(options.HandshakeTimeout), options.HandshakeTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(5));
        Check(nameof(options.ResponseTimeout), options.ResponseTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1));
        Check(nameof(options.EndpointPause), options.EndpointPause, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        foreach (var (certificate, files) in options.ClientCertificates)
        {
            if (Upstream.ClientCertificates.TryLoad(files, out var error) is null)
            {
                result.AddError(
                    $"Relay:Upstream:ClientCertificates:{certificate}:CertificatePath is '{files.CertificatePath}', KeyPath "
                    + $"'{files.KeyPath}': they need a PEM certificate and its unencrypted key ({error}).");
            }
        }

        return result.Build();

        void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                result.AddError($"Relay:Upstream:{setting} is {value}: it needs {least} to {most}.");
            }
        }
    }
}
