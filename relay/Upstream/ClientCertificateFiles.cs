namespace Serverless.Relay.Upstream;

/// <summary>Where a client certificate is. Section <c>Relay:Upstream:ClientCertificates:{name}</c>.</summary>
public sealed class ClientCertificateFiles
{
    /// <summary>PEM file with the certificate, and those it was signed with.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>PEM file with its private key, not encrypted.</summary>
    public string KeyPath { get; set; } = "";
}
