using System.Security.Cryptography.X509Certificates;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>A certificate for the TLS port in files, for as long as a test runs.</summary>
internal sealed class CertificateFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-tls-");

    public CertificateFiles()
    {
        File.WriteAllText(In("cert.pem"), Certificate.ExportCertificatePem());
        File.WriteAllText(In("key.pem"), Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2 Certificate { get; } = Certificates.SelfSigned("localhost");

    /// <summary>What makes a relay use it.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Relay:Listen:TlsPort", "0"), ("Relay:Listen:CertificatePath", In("cert.pem")), ("Relay:Listen:CertificateKeyPath", In("key.pem")),
    ];

    public void Dispose()
    {
        Certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    private string In(string file) => Path.Combine(_folder.FullName, file);
}
