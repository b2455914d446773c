using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Serverless.Contracts;

namespace Serverless.Relay.Upstream;

/// <summary>Turns a backend's TLS settings into what decides about its certificate.</summary>
internal static class BackendTrust
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    // Weak: parsed certificates live as long as the configuration that they came with.
    private static readonly ConditionalWeakTable<BackendTls, X509Certificate2Collection> Authorities = [];

    /// <summary>
    /// How to begin TLS with a backend, showing it <paramref name="own"/> if it asks. <paramref name="refused"/> hears
    /// why its certificate is not accepted, in words for the log.
    /// </summary>
    /// <exception cref="CryptographicException">The settings hold a certificate that cannot be read.</exception>
    public static SslClientAuthenticationOptions Options(
        BackendEndpoint endpoint, SslStreamCertificateContext? own, Action<string> refused)
    {
        var tls = endpoint.Usage.Tls;
        var authorities = tls.CaCertificates is null ? null : Authorities.GetValue(tls, Read);
        return new SslClientAuthenticationOptions
        {
            TargetHost = tls.ServerName ?? endpoint.HostToDial,
            ClientCertificateContext = own,
            ApplicationProtocols = [SslApplicationProtocol.Http11],

            // Private authorities rarely publish revocation lists that a relay could reach, and asking would put a third
            // party's answer into every handshake. A certificate to be withdrawn is withdrawn from the backend's settings.
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                var complaint = Complaint(tls, authorities, certificate, chain, errors);
                if (complaint is not null)
                {
                    refused(complaint);
                }

                return complaint is null;
            },
        };
    }

    private static string? Complaint(
        BackendTls tls,
        X509Certificate2Collection? authorities,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "the backend showed no certificate";
        }

        if (tls.PinnedSha256 is { } pin)
        {
            var hash = certificate.GetCertHashString(HashAlgorithmName.SHA256);
            return hash.Equals(pin, StringComparison.OrdinalIgnoreCase) ? null : $"its SHA-256 is {hash}, not the pinned one";
        }

        if (tls.Insecure || errors == SslPolicyErrors.None)
        {
            return null;
        }

        // Only what is wrong with the chain can be mended by another authority: a name stays wrong.
        if (errors == SslPolicyErrors.RemoteCertificateChainErrors && authorities is not null)
        {
            using var own = new X509Chain();
            own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            own.ChainPolicy.CustomTrustStore.AddRange(authorities);
            own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
            if (chain is not null)
            {
                own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
            }

            using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            return own.Build(leaf) ? null : Describe(errors, own);
        }

        return Describe(errors, chain);
    }

    private static string Describe(SslPolicyErrors errors, X509Chain? chain)
    {
        var status = chain?.ChainStatus.Select(s => s.Status.ToString()).Distinct() ?? [];
        return $"{errors} ({string.Join(", ", status)})";
    }

    private static X509Certificate2Collection Read(BackendTls tls)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(tls.CaCertificates);
        return certificates;
    }
}
