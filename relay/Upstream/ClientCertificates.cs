using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Upstream;

/// <summary>
/// The certificates that the relay shows to backends, by the names that their settings use. Files that change are read
/// again at the next connection; until they can be, the last good certificate stays.
/// </summary>
internal sealed class ClientCertificates(IOptions<UpstreamOptions> options, ILogger<ClientCertificates> log)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Loaded> _loaded = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the relay's settings have a certificate of this name.</summary>
    public bool Has(string name) => options.Value.ClientCertificates.ContainsKey(name);

    /// <summary>The certificate with its key and chain; null for no name.</summary>
    /// <exception cref="CryptographicException">There is none of this name, or none that can be read.</exception>
    public SslStreamCertificateContext? Find(string? name)
    {
        if (name is null)
        {
            return null;
        }

        if (!options.Value.ClientCertificates.TryGetValue(name, out var files))
        {
            throw new CryptographicException($"This relay has no client certificate '{name}'.");
        }

        lock (_lock)
        {
            var changed = (File.GetLastWriteTimeUtc(files.CertificatePath), File.GetLastWriteTimeUtc(files.KeyPath));
            if (_loaded.TryGetValue(name, out var last) && last.Changed == changed)
            {
                return last.Certificate;
            }

            if (TryLoad(files, out var error) is { } certificate)
            {
                _loaded[name] = new Loaded(certificate, changed);
                UpstreamLog.ClientCertificateLoaded(log, name, certificate.TargetCertificate.Thumbprint);
                return certificate;
            }

            if (last is null)
            {
                throw new CryptographicException($"The client certificate '{name}' cannot be read: {error}");
            }

            // Remembered with the time of the change, so that it is said once.
            _loaded[name] = last with { Changed = changed };
            UpstreamLog.ClientCertificateKept(log, name, error);
            return last.Certificate;
        }
    }

    /// <summary>Loads both PEM files; null, and why, when they are not what they should be.</summary>
    public static SslStreamCertificateContext? TryLoad(ClientCertificateFiles files, out string error)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(files.CertificatePath, files.KeyPath);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(files.CertificatePath);
            error = "";

            // Windows' TLS cannot use a key that lives in memory only. Offline, as looking for missing issuers in the
            // network would hold up the first handshake.
            var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            error = e.Message;
            return null;
        }
    }

    private sealed record Loaded(SslStreamCertificateContext Certificate, (DateTime, DateTime) Changed);
}
