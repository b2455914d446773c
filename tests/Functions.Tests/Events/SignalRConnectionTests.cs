using Serverless.Functions.Events;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Events;

public sealed class SignalRConnectionTests
{
    [Theory]
    [InlineData("Endpoint=https://n.service.signalr.net;AccessKey=K=;Version=1.0;", "https://n.service.signalr.net/", "K=")]
    [InlineData(" accesskey = a=b==;; ENDPOINT=https://n.service.signalr.net/ ;", "https://n.service.signalr.net/", "a=b==")]
    [InlineData("Endpoint=http://localhost;Port=8888;AccessKey=K;Version=1.0;", "http://localhost:8888/", "K")]
    [InlineData("Endpoint=http://127.0.0.1:9000;AccessKey=K", "http://127.0.0.1:9000/", "K")]
    [InlineData("Endpoint=https://n.service.signalr.net;AuthType=azure.msi;Version=1.0;", "https://n.service.signalr.net/", null)]
    public void A_connection_string_is_read_in_any_order_and_case(string text, string endpoint, string? key)
    {
        Assert.True(SignalRConnection.TryParse(text, out var connection, out var error), error);

        Assert.Equal((endpoint, endpoint, endpoint, key), (
            connection.Endpoint.AbsoluteUri, connection.ClientEndpoint.AbsoluteUri, connection.ServerEndpoint.AbsoluteUri, connection.AccessKey));
        Assert.DoesNotContain("AccessKey", connection.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Clients_and_the_functions_may_have_addresses_of_their_own()
    {
        Assert.True(SignalRConnection.TryParse(
            "Endpoint=https://n.service.signalr.net;ClientEndpoint=https://c.example.com/s;ServerEndpoint=https://i.example.com;AuthType=azure.msi;ClientId=x",
            out var connection,
            out _));

        Assert.Equal(("https://c.example.com/s", "https://i.example.com/", "x", true), (
            connection.ClientEndpoint.AbsoluteUri, connection.ServerEndpoint.AbsoluteUri, connection.ClientId, connection.IsManagedIdentity));
    }

    [Theory]
    [InlineData("something", "name=value")]
    [InlineData("Endpoint=https://h;AccessKey=K;Secret=s3cret", "name=value")]
    [InlineData("AccessKey=s3cret", "Endpoint")]
    [InlineData("Endpoint=https://h", "AccessKey")]
    [InlineData("Endpoint=https://h;AccessKey=", "AccessKey")]
    [InlineData("Endpoint=https://h;AccessKey=s3cret;accesskey=s3cret", "AccessKey twice")]
    [InlineData("Endpoint=https://h;AccessKey=s3cret;AuthType=azure", "keep one")]
    [InlineData("Endpoint=https://h;AuthType=azure.app", "AuthType")]
    [InlineData("Endpoint=http://h.example.com;AccessKey=s3cret", "https")]
    [InlineData("Endpoint=ftp://localhost;AccessKey=s3cret", "https")]
    [InlineData("Endpoint=https://u:s3cret@h;AccessKey=s3cret", "https")]
    [InlineData("Endpoint=https://h?a=s3cret;AccessKey=s3cret", "https")]
    [InlineData("Endpoint=https://h;AccessKey=s3cret;ClientEndpoint=http://c.example.com", "ClientEndpoint")]
    [InlineData("Endpoint=https://h;AccessKey=s3cret;Port=0", "Port")]
    [InlineData("Endpoint=https://h;AccessKey=s3cret;Port=http", "Port")]
    public async Task The_functions_do_not_start_with_one_that_is_none_and_do_not_repeat_it(string text, string said)
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => FunctionsApp.StartAsync(
            new Dictionary<string, string?> { ["SignalR:ConnectionString"] = text, ["Events:StreamSeconds"] = "0" }));

        Assert.Contains("SignalR__ConnectionString", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Events__StreamSeconds got '0'", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refusal.ToString(), StringComparison.Ordinal);
    }
}
