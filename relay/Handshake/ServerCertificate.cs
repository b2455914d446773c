using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Serverless.Relay.Handshake;

/// <summary>The certificate of the TLS port.</summary>
/// <param name="Own">The certificate with its private key.</param>
/// <param name="Chain">All certificates of the file, for clients that do not know who signed it.</param>
internal sealed record ServerCertificate(X509Certificate2 Own, X509Certificate2Collection Chain)
{
    /// <summary>Loads both PEM files; null, and why, when they are not what they should be.</summary>
    public static ServerCertificate? TryLoad(ListeningOptions options, out string error)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(options.CertificatePath!, options.CertificateKeyPath);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.CertificatePath!);
            error = "";

            // Windows' TLS cannot use a key that lives in memory only; a round trip through PKCS #12 gives it a store.
            return new ServerCertificate(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null), chain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            error = e.Message;
            return null;
        }
    }
}
