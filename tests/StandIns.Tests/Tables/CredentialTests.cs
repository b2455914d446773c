using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>Who is let in: shared keys, shared access signatures and tokens.</summary>
public sealed class CredentialTests
{
    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        var account = (await Azurite.SharedAsync().Soon()).Account;
        var wrong = new TableSharedKeyCredential(account.Name, Convert.ToBase64String(new byte[32]));

        var error = await Assert.ThrowsAsync<RequestFailedException>(
            () => new TableServiceClient(account.Endpoint, wrong, TestTable.Impatient).CreateTableAsync(TestTable.NewName()).Soon());

        Assert.Equal(403, error.Status);
        Assert.DoesNotContain(account.Key, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_is_used_from_the_next_request_on()
    {
        var account = (await Azurite.SharedAsync().Soon()).Account;
        var credential = new TableSharedKeyCredential(account.Name, Convert.ToBase64String(new byte[32]));
        var table = new TableClient(account.Endpoint, TestTable.NewName(), credential, TestTable.Impatient);
        await Assert.ThrowsAsync<RequestFailedException>(() => table.CreateAsync().Soon());

        credential.SetAccountKey(account.Key);

        Assert.Equal(204, (await table.CreateIfNotExistsAsync().Soon()).GetRawResponse().Status);
        Assert.Equal(account.Name, credential.AccountName);
    }

    [Fact]
    public void A_key_that_is_not_base64_is_refused() =>
        Assert.Throws<FormatException>(() => new TableSharedKeyCredential("account", "not base64!"));

    [Fact]
    public async Task A_signature_in_the_address_lets_in()
    {
        var account = (await Azurite.SharedAsync().Soon()).Account;
        var table = await TestTable.CreateAsync();
        var service = new TableServiceClient(new Uri($"{account.Endpoint}?{Sas(account)}"), TestTable.Impatient);
        var direct = new TableClient(new Uri($"{table.Uri}?{Sas(account)}"), TestTable.Impatient);

        await UseAsync(service.GetTableClient(table.Name));
        await UseAsync(direct);

        Assert.Equal((table.Uri, table.Name, account.Name), (direct.Uri, direct.Name, direct.AccountName));
        Assert.Equal(account.Endpoint, service.Uri);
    }

    [Fact]
    public async Task A_signature_in_a_credential_lets_in_and_can_be_exchanged()
    {
        var account = (await Azurite.SharedAsync().Soon()).Account;
        var table = await TestTable.CreateAsync();
        var credential = new AzureSasCredential("sv=2019-12-12&sig=wrong");
        var service = new TableServiceClient(account.Endpoint, credential, TestTable.Impatient);
        var direct = new TableClient(table.Uri, credential, TestTable.Impatient);
        await Assert.ThrowsAsync<RequestFailedException>(() => UseAsync(direct));

        credential.Update("?" + Sas(account));

        await UseAsync(service.GetTableClient(table.Name));
        await UseAsync(direct);
    }

    [Fact]
    public async Task A_signature_in_a_connection_string_lets_in()
    {
        var account = (await Azurite.SharedAsync().Soon()).Account;
        var table = await TestTable.CreateAsync();
        var connection = $"TableEndpoint={account.Endpoint};SharedAccessSignature={Sas(account)}";

        await UseAsync(new TableClient(connection, table.Name, TestTable.Impatient));

        Assert.Equal(account.Name, new TableServiceClient(connection).AccountName);
    }

    [Fact]
    public async Task A_signature_does_not_let_in_after_its_time_or_beyond_its_rights()
    {
        var account = (await Azurite.SharedAsync().Soon()).Account;
        var table = await TestTable.CreateAsync();
        var late = new TableClient(table.Uri, new AzureSasCredential(Sas(account, ends: DateTimeOffset.UtcNow.AddHours(-1))), TestTable.Impatient);
        var reader = new TableClient(table.Uri, new AzureSasCredential(Sas(account, permissions: "r")), TestTable.Impatient);

        var expired = await Assert.ThrowsAsync<RequestFailedException>(() => late.AllAsync<TableEntity>().Soon());
        var forbidden = await Assert.ThrowsAsync<RequestFailedException>(() => reader.AddEntityAsync(new TableEntity("p", "r")).Soon());

        Assert.Equal((403, 403), (expired.Status, forbidden.Status));
        Assert.Empty(await reader.AllAsync<TableEntity>());
        Assert.DoesNotContain("sig=", expired.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_is_not_signed_twice()
    {
        await using var peer = await Peer.StartAsync((context, number) => Peer.AnswerAsync(context, number < 3 ? 503 : 204));
        var credential = new AzureSasCredential("sv=1&sig=x");
        var table = new TableClient(new Uri($"{peer.Endpoint}/Products"), credential, TestTable.Quick);

        await table.AddEntityAsync(new TableEntity("p", "r")).Soon();

        Assert.All(peer.Requests, request => Assert.Equal(1, request.Target.Split("sig=x").Length - 1));
        Assert.Equal(3, peer.Requests.Count);
    }

    [Fact]
    public void A_signature_goes_to_another_machine_over_tls_alone()
    {
        var service = new Uri("http://account.table.core.windows.net");
        var credential = new AzureSasCredential("sv=1&sig=x");

        Assert.Throws<ArgumentException>(() => new TableServiceClient(service, credential));
        Assert.Throws<ArgumentException>(() => new TableServiceClient(new Uri(service, "?sig=x")));
        Assert.Throws<ArgumentException>(() => new TableClient(new Uri(service, "Products"), credential));
        Assert.Throws<ArgumentException>(() => new TableClient(new Uri(service, "Products?sig=x")));
    }

    [Fact]
    public void An_address_without_a_signature_needs_another_credential() =>
        Assert.Throws<ArgumentException>(() => new TableServiceClient(new Uri("https://account.table.core.windows.net")));

    [Fact]
    public async Task A_token_never_goes_over_plain_http()
    {
        await using var peer = await Peer.StartAsync(204);
        var credential = new FixedToken();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => new TableServiceClient(peer.Endpoint, credential, TestTable.Impatient).CreateTableAsync("Products").Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => new TableClient(peer.Endpoint, "Products", credential, TestTable.Impatient).AddEntityAsync(new TableEntity("p", "r")).Soon());

        Assert.Empty(peer.Requests);
    }

    [Theory]
    [InlineData(null, "https://storage.azure.com/.default")]
    [InlineData("https://storage.azure.cn", "https://storage.azure.cn/.default")]
    public async Task A_token_for_the_clouds_storage_goes_over_tls(string? audience, string scope)
    {
        using var certificate = Certificate();
        await using var peer = await Peer.StartAsync((context, _) => Peer.AnswerAsync(context, 204), certificate);
        var credential = new FixedToken();
        var options = TestTable.Impatient;
        options.Audience = audience is null ? default(TableAudience?) : new TableAudience(audience);
        options.Transport = new HttpClientTransport(new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, seen, _, _) => seen!.GetCertHashString() == certificate.GetCertHashString() },
        }));

        await new TableServiceClient(peer.Endpoint, credential, options).GetTableClient("Products").AddEntityAsync(new TableEntity("p", "r")).Soon();

        Assert.Equal("Bearer the-token", peer.Requests.Single().Headers["Authorization"]);
        Assert.Equal([scope], credential.Scopes);
    }

    private static async Task UseAsync(TableClient table)
    {
        var key = Guid.NewGuid().ToString();
        await table.AddEntityAsync(new TableEntity(key, key)).Soon();
        await table.SubmitTransactionAsync([new(TableTransactionActionType.UpsertReplace, new TableEntity(key, "other"))]).Soon();
        Assert.Equal(2, (await table.QueryAsync<TableEntity>($"PartitionKey eq '{key}'", maxPerPage: 1).ToListAsync().Soon()).Count);
        Assert.Equal(204, (await table.DeleteEntityAsync(key, key).Soon()).Status);
    }

    // An account SAS as the service documents it for version 2019-12-12.
    private static string Sas(AzuriteAccount account, string permissions = "rwdlau", DateTimeOffset? ends = null)
    {
        var expiry = (ends ?? DateTimeOffset.UtcNow.AddHours(1)).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", null);
        var text = $"{account.Name}\n{permissions}\nt\nsco\n\n{expiry}\n\n\n2019-12-12\n";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(account.Key), System.Text.Encoding.UTF8.GetBytes(text)));
        return $"sv=2019-12-12&ss=t&srt=sco&sp={permissions}&se={Uri.EscapeDataString(expiry)}&sig={Uri.EscapeDataString(signature)}";
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private sealed class FixedToken : TokenCredential
    {
        public string[] Scopes { get; private set; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes = requestContext.Scopes;
            return new("the-token", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
