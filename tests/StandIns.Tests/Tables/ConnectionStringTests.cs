using Azure;
using Azure.Data.Tables;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>What a connection string, or an address, says about account and service.</summary>
public sealed class ConnectionStringTests
{
    private const string Key = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1")]
    [InlineData("UseDevelopmentStorage=true;", "devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1")]
    [InlineData($"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey={Key};EndpointSuffix=core.windows.net", "acc", "https://acc.table.core.windows.net/")]
    [InlineData($"DefaultEndpointsProtocol=http;AccountName=acc;AccountKey={Key};EndpointSuffix=core.chinacloudapi.cn", "acc", "http://acc.table.core.chinacloudapi.cn/")]
    [InlineData($"AccountName=acc;AccountKey={Key}", "acc", "https://acc.table.core.windows.net/")]
    [InlineData($" accountname = acc ; ACCOUNTKEY={Key};", "acc", "https://acc.table.core.windows.net/")]
    [InlineData($"AccountName=acc;AccountKey={Key};TableEndpoint=http://127.0.0.1:1234/acc;BlobEndpoint=http://127.0.0.1:1/acc", "acc", "http://127.0.0.1:1234/acc")]
    [InlineData("AccountName=acc;SharedAccessSignature=sv=1&sig=x", "acc", "https://acc.table.core.windows.net/")]
    [InlineData("TableEndpoint=https://acc.table.core.windows.net/;SharedAccessSignature=?sv=1&sig=x", "acc", "https://acc.table.core.windows.net/")]
    public void Account_and_address_are_found(string connectionString, string account, string address)
    {
        var service = new TableServiceClient(connectionString);
        var table = service.GetTableClient("Products");

        Assert.Equal((account, new Uri(address)), (service.AccountName, service.Uri));
        Assert.Equal((account, "Products"), (table.AccountName, table.Name));
        Assert.Equal(new Uri($"{address.TrimEnd('/')}/Products"), table.Uri);
        Assert.Equal("Products", new TableClient(connectionString, "Products").Name);
    }

    [Fact]
    public void The_emulator_may_be_on_another_machine()
    {
        var service = new TableServiceClient("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite");

        Assert.Equal(("devstoreaccount1", new Uri("http://azurite:10002/devstoreaccount1")), (service.AccountName, service.Uri));
    }

    [Theory]
    [InlineData("")]
    [InlineData("UseDevelopmentStorage=false")]
    [InlineData("a=b")]
    [InlineData("AccountName=acc")]
    [InlineData($"AccountKey={Key}")]
    [InlineData("TableEndpoint=http://127.0.0.1:1234/acc")]
    public void What_is_missing_is_an_error(string connectionString)
    {
        Assert.Throws<ArgumentException>(() => new TableServiceClient(connectionString));
        Assert.Throws<ArgumentException>(() => new TableClient(connectionString, "Products"));
    }

    [Fact]
    public void What_is_malformed_is_an_error()
    {
        Assert.Throws<InvalidOperationException>(() => new TableServiceClient("garbage"));
        Assert.Throws<InvalidOperationException>(() => new TableServiceClient($"AccountName=a;AccountName=b;AccountKey={Key}"));
        Assert.Throws<InvalidOperationException>(() => new TableServiceClient($"AccountName=a;;AccountKey={Key}"));
        Assert.Throws<FormatException>(() => new TableServiceClient("AccountName=acc;AccountKey=not base64!"));
        Assert.Throws<ArgumentNullException>(() => new TableServiceClient((string)null!));
        Assert.Throws<ArgumentException>(() => new TableClient("UseDevelopmentStorage=true", ""));
        Assert.Throws<ArgumentNullException>(() => new TableClient("UseDevelopmentStorage=true", null!));
        Assert.Throws<ArgumentNullException>(() => new TableServiceClient("UseDevelopmentStorage=true").GetTableClient(null!));
    }

    [Theory]
    [InlineData("https://acc.table.core.windows.net", "acc", "https://acc.table.core.windows.net/Products")]
    [InlineData("https://acc.table.core.windows.net/", "acc", "https://acc.table.core.windows.net/Products")]
    [InlineData("http://127.0.0.1:1234/acc", "acc", "http://127.0.0.1:1234/acc/Products")]
    [InlineData("http://127.0.0.1:1234/acc/", "acc", "http://127.0.0.1:1234/acc/Products")]
    [InlineData("http://localhost:1234/acc", "acc", "http://localhost:1234/acc/Products")]
    [InlineData("https://[::1]:1234/acc", "acc", "https://[::1]:1234/acc/Products")]
    [InlineData("https://acc.privatelink.example.com", "acc", "https://acc.privatelink.example.com/Products")]
    [InlineData("https://other-name.table.core.windows.net", "other-name", "https://other-name.table.core.windows.net/Products")]
    public void An_address_tells_the_account_too(string endpoint, string account, string address)
    {
        var credential = new TableSharedKeyCredential("acc", Key);

        var fromService = new TableServiceClient(new Uri(endpoint), credential).GetTableClient("Products");
        var direct = new TableClient(new Uri(endpoint), "Products", credential);
        var signed = new TableClient(new Uri(address), new AzureSasCredential("sv=1&sig=x"));

        Assert.Equal((account, new Uri(address)), (fromService.AccountName, fromService.Uri));
        Assert.Equal((account, new Uri(address)), (direct.AccountName, direct.Uri));
        Assert.Equal((account, "Products", new Uri(address)), (signed.AccountName, signed.Name, signed.Uri));
    }
}
