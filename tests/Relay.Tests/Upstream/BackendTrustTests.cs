using System.Security.Cryptography;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;
using static Serverless.Relay.Tests.Upstream.Dialing;

namespace Serverless.Relay.Tests.Upstream;

public sealed class BackendTrustTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    [Fact]
    public async Task A_backend_signed_by_its_own_authority_is_trusted()
    {
        using var certificate = _certificates.Sign("127.0.0.1");
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync(new BackendTls { CaCertificates = _certificates.AuthorityPem }).AssertOpenedAsync();
    }

    [Fact]
    public async Task One_of_several_authorities_is_enough()
    {
        using var other = new TestCertificates();
        using var certificate = _certificates.Sign("127.0.0.1");
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync(new BackendTls { CaCertificates = other.AuthorityPem + "\n" + _certificates.AuthorityPem })
            .AssertOpenedAsync();
    }

    [Fact]
    public async Task A_self_signed_backend_can_be_its_own_authority()
    {
        using var certificate = TestCertificates.SelfSigned("127.0.0.1");
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync(new BackendTls { CaCertificates = certificate.ExportCertificatePem() }).AssertOpenedAsync();
    }

    [Fact]
    public async Task An_unknown_authority_is_refused()
    {
        using var certificate = _certificates.Sign("127.0.0.1");
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync().AssertFailedAsync(RefusalReason.BackendTlsFailed);

        Assert.Empty(backend.Heads);
    }

    [Fact]
    public async Task Another_authority_is_refused()
    {
        using var other = new TestCertificates();
        using var certificate = _certificates.Sign("127.0.0.1");
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync(new BackendTls { CaCertificates = other.AuthorityPem })
            .AssertFailedAsync(RefusalReason.BackendTlsFailed);
    }

    [Fact]
    public async Task A_wrong_name_is_refused_whoever_signed_it()
    {
        using var certificate = _certificates.Sign("other.example");
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync(new BackendTls { CaCertificates = _certificates.AuthorityPem })
            .AssertFailedAsync(RefusalReason.BackendTlsFailed);
    }

    [Fact]
    public async Task A_server_name_is_asked_for_and_looked_for_instead_of_the_host()
    {
        using var certificate = _certificates.Sign("other.example");
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync(new BackendTls { CaCertificates = _certificates.AuthorityPem, ServerName = "other.example" })
            .AssertOpenedAsync();

        Assert.Equal("other.example", Assert.Single(backend.ServerNames));
        Assert.Contains("Host: 127.0.0.1:", Assert.Single(backend.Heads), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-10, -1)]
    [InlineData(1, 10)]
    public async Task A_certificate_out_of_date_is_refused(int notBeforeDays, int notAfterDays)
    {
        using var certificate = _certificates.Sign("127.0.0.1", notBeforeDays, notAfterDays);
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync(new BackendTls { CaCertificates = _certificates.AuthorityPem })
            .AssertFailedAsync(RefusalReason.BackendTlsFailed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_pinned_certificate_is_trusted_whatever_else_is_wrong_with_it(bool upper)
    {
        using var certificate = _certificates.Sign("other.example", -10, -1);
        await using var backend = RawBackend.Answering(Opened, certificate);
        var pin = certificate.GetCertHashString(HashAlgorithmName.SHA256);

        // The pin is hexadecimal in either case.
        await backend.OpenAsync(new BackendTls { PinnedSha256 = upper ? pin : pin.ToLowerInvariant() }).AssertOpenedAsync();
    }

    [Fact]
    public async Task Any_other_certificate_than_the_pinned_one_is_refused_even_a_trusted_one()
    {
        using var pinned = _certificates.Sign("127.0.0.1");
        using var shown = _certificates.Sign("127.0.0.1");
        await using var backend = RawBackend.Answering(Opened, shown);

        await backend.OpenAsync(new BackendTls
        {
            CaCertificates = _certificates.AuthorityPem,
            PinnedSha256 = pinned.GetCertHashString(HashAlgorithmName.SHA256),
        }).AssertFailedAsync(RefusalReason.BackendTlsFailed);
    }

    [Fact]
    public async Task Insecure_accepts_anything()
    {
        using var certificate = TestCertificates.SelfSigned("other.example");
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync(new BackendTls { Insecure = true }).AssertOpenedAsync();
    }

    [Fact]
    public async Task An_authority_that_cannot_be_read_trusts_nobody()
    {
        using var certificate = _certificates.Sign("127.0.0.1");
        await using var backend = RawBackend.Answering(Opened, certificate);

        await backend.OpenAsync(new BackendTls
        {
            CaCertificates = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        }).AssertFailedAsync(RefusalReason.BackendTlsFailed);
    }

    public void Dispose() => _certificates.Dispose();
}
