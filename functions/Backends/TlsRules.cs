using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Backends;

/// <summary>What a backend's TLS settings have to look like.</summary>
internal static class TlsRules
{
    // A text in Table storage holds 32 Ki characters.
    private const int MaxPem = 32_000;

    public static void Check(Errors errors, BackendTls tls, string? privateBaseUrl)
    {
        if (tls.CaCertificates is { } pem)
        {
            CheckCertificates(errors, pem);
        }

        if (tls.PinnedSha256 is { } pin && (pin.Length != 64 || !pin.All(char.IsAsciiHexDigit)))
        {
            errors.Add("/tls/pinned_sha256", "invalid_sha256", "It needs 64 hexadecimal digits.");
        }

        if (tls.ServerName is { } name && Uri.CheckHostName(name) != UriHostNameType.Dns)
        {
            errors.Add("/tls/server_name", "invalid_host", "It needs a DNS name.");
        }

        if (tls.ClientCertificate is { } certificate)
        {
            errors.Slug("/tls/client_certificate", certificate);
        }

        if (tls.Insecure && (tls.CaCertificates ?? tls.PinnedSha256) is not null)
        {
            errors.Add("/tls/insecure", "contradiction", "It accepts any certificate: then leave out the other ways to verify.");
        }

        if (tls != new BackendTls() && privateBaseUrl is not null && EndpointRules.IsPlain(privateBaseUrl))
        {
            errors.Add("/tls", "no_tls", "The private base URL has no TLS: use https or wss, or leave this out.");
        }
    }

    private static void CheckCertificates(Errors errors, string pem)
    {
        const string At = "/tls/ca_certificates";
        if (pem.Length > MaxPem)
        {
            errors.Add(At, "too_long", $"It may have {MaxPem} characters and has {pem.Length}.");
        }
        else if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            errors.Add(At, "private_key", "It holds a private key: send certificates alone.");
        }
        else if (!HoldsCertificates(pem))
        {
            errors.Add(At, "invalid_certificates", "It needs one or more certificates in PEM.");
        }
    }

    private static bool HoldsCertificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }
}
