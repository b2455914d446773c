using Serverless.Relay.Handshake;

namespace Serverless.Relay.Tests.Handshake;

public sealed class ListeningOptionsTests
{
    [Fact]
    public void The_defaults_are_sound() => Assert.Empty(Failures(new ListeningOptions()));

    [Fact]
    public void Several_ports_may_be_left_to_the_system() =>
        Assert.Empty(Failures(new ListeningOptions { Port = 0, ManagementPort = 0 }));

    [Fact]
    public void Every_wrong_setting_is_named_with_what_it_is()
    {
        var failures = Failures(new ListeningOptions { Address = "here", Port = 70_000, ManagementAddress = "", ManagementPort = -1 });

        Assert.Equal(
            [
                "Relay:Listen:Address is 'here': it needs an IP address, such as 127.0.0.1, 0.0.0.0 or [::].",
                "Relay:Listen:ManagementAddress is '': it needs an IP address, such as 127.0.0.1, 0.0.0.0 or [::].",
                "Relay:Listen:Port is 70000: it needs 0 to 65535.",
                "Relay:Listen:ManagementPort is -1: it needs 0 to 65535.",
            ],
            failures);
    }

    [Fact]
    public void Ports_have_to_differ() =>
        Assert.Contains("need to differ", Assert.Single(Failures(new ListeningOptions { Port = 9090 })), StringComparison.Ordinal);

    [Fact]
    public void Tls_is_all_or_nothing() =>
        Assert.Contains("all three, or none", Assert.Single(Failures(new ListeningOptions { TlsPort = 8443 })), StringComparison.Ordinal);

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("127.0.0.1 10.0.0.1")]
    [InlineData("proxy.test")]
    public void Trusted_proxies_have_to_be_addresses(string proxies) => Assert.StartsWith(
        $"Relay:Listen:TrustedProxies is '{proxies}': it needs IP addresses or ranges",
        Assert.Single(Failures(new ListeningOptions { TrustedProxies = proxies })),
        StringComparison.Ordinal);

    [Fact]
    public void A_certificate_has_to_be_one()
    {
        var file = Path.GetTempFileName();

        var failures = Failures(new ListeningOptions { TlsPort = 8443, CertificatePath = file, CertificateKeyPath = file });

        Assert.Contains($"CertificatePath is '{file}'", Assert.Single(failures), StringComparison.Ordinal);
        File.Delete(file);
    }

    private static List<string> Failures(ListeningOptions options) =>
        new ListeningOptionsValidator().Validate(null, options).Failures?.ToList() ?? [];
}
