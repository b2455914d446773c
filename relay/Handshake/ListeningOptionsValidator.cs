using System.Net;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Handshake;

/// <summary>Says of every wrong setting its name, what it is and what it needs.</summary>
internal sealed class ListeningOptionsValidator : IValidateOptions<ListeningOptions>
{
    public ValidateOptionsResult Validate(string? name, ListeningOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        CheckAddress(nameof(options.Address), options.Address, result);
        CheckAddress(nameof(options.ManagementAddress), options.ManagementAddress, result);
        CheckPort(nameof(options.Port), options.Port, result);
        CheckPort(nameof(options.ManagementPort), options.ManagementPort, result);
        CheckPort(nameof(options.TlsPort), options.TlsPort ?? 0, result);
        CheckPort(nameof(options.Http2Port), options.Http2Port ?? 0, result);
        int[] ports = [options.Port, options.ManagementPort, options.TlsPort ?? 0, options.Http2Port ?? 0];
        int[] fixedPorts = [.. ports.Where(port => port != 0)];
        if (fixedPorts.Distinct().Count() != fixedPorts.Length)
        {
            result.AddError(
                $"Relay:Listen:Port is {options.Port}, TlsPort {options.TlsPort}, Http2Port {options.Http2Port}, "
                + $"ManagementPort {options.ManagementPort}: they need to differ.");
        }

        CheckCertificate(options, result);
        CheckTime(nameof(options.HeadersTimeout), options.HeadersTimeout, TimeSpan.FromMinutes(5), result);
        CheckTime(nameof(options.IdleTimeout), options.IdleTimeout, TimeSpan.FromHours(1), result);
        CheckRange(nameof(options.MaxHeaderBytes), options.MaxHeaderBytes, 1024, 64 * 1024, result);
        CheckRange(nameof(options.MaxHeaders), options.MaxHeaders, 10, 1000, result);
        if (TrustedHops.Ranges(options.TrustedProxies).Contains(null))
        {
            result.AddError(
                $"Relay:Listen:TrustedProxies is '{options.TrustedProxies}': it needs IP addresses or ranges, such as 10.0.0.0/8, with commas between them.");
        }

        if (!Enum.IsDefined(options.TrustedHeader))
        {
            result.AddError($"Relay:Listen:TrustedHeader is {options.TrustedHeader}: it needs {string.Join(" or ", Enum.GetNames<ForwardedHeader>())}.");
        }

        return result.Build();
    }

    private static void CheckAddress(string setting, string address, ValidateOptionsResultBuilder result)
    {
        if (!IPAddress.TryParse(address, out _))
        {
            result.AddError($"Relay:Listen:{setting} is '{address}': it needs an IP address, such as 127.0.0.1, 0.0.0.0 or [::].");
        }
    }

    private static void CheckPort(string setting, int port, ValidateOptionsResultBuilder result)
    {
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            result.AddError($"Relay:Listen:{setting} is {port}: it needs 0 to {IPEndPoint.MaxPort}.");
        }
    }

    private static void CheckRange(string setting, int value, int least, int most, ValidateOptionsResultBuilder result)
    {
        if (value < least || value > most)
        {
            result.AddError($"Relay:Listen:{setting} is {value}: it needs {least} to {most}.");
        }
    }

    private static void CheckTime(string setting, TimeSpan value, TimeSpan most, ValidateOptionsResultBuilder result)
    {
        if (value < TimeSpan.FromSeconds(1) || value > most)
        {
            result.AddError($"Relay:Listen:{setting} is {value}: it needs 00:00:01 to {most}.");
        }
    }

    private static void CheckCertificate(ListeningOptions options, ValidateOptionsResultBuilder result)
    {
        var given = new[] { options.TlsPort is not null, options.CertificatePath is not null, options.CertificateKeyPath is not null };
        if (given.Distinct().Count() > 1)
        {
            result.AddError(
                $"Relay:Listen:TlsPort is '{options.TlsPort}', CertificatePath '{options.CertificatePath}', "
                + $"CertificateKeyPath '{options.CertificateKeyPath}': TLS needs all three, or none.");
        }
        else if (options.TlsPort is not null && ServerCertificate.TryLoad(options, out var error) is null)
        {
            result.AddError(
                $"Relay:Listen:CertificatePath is '{options.CertificatePath}', CertificateKeyPath "
                + $"'{options.CertificateKeyPath}': they need a PEM certificate and its unencrypted key ({error}).");
        }
    }
}
