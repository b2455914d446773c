using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>Certificates made in memory.</summary>
internal static class Certificates
{
    /// <summary>One that nobody but itself has signed, for an hour.</summary>
    public static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddMinutes(-5), now.AddHours(1));
    }
}
