using System.Text;
using Serverless.Relay.SignalR;

namespace Serverless.Relay.Tests.SignalR;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("Endpoint=http://localhost;Port=8888;AccessKey=key=with==;Version=1.0;", "http://localhost:8888/")]
    [InlineData(" accesskey = key=with== ; ENDPOINT = http://localhost/ ", "http://localhost/")]
    [InlineData("Endpoint=https://a.service.signalr.net;AccessKey=key=with==;ClientEndpoint=https://front.example:444", "https://front.example:444/")]
    [InlineData("Endpoint=https://a.service.signalr.net:1;AccessKey=key=with==;Port=2", "https://a.service.signalr.net:2/")]
    public void Its_parts_may_come_in_any_order_and_case(string text, string endpoint)
    {
        var own = ConnectionString.TryParse(text, out var error);

        Assert.Null(error);
        Assert.Equal((endpoint, "key=with=="), (own!.Endpoint.ToString(), Encoding.UTF8.GetString(own.Key)));
    }

    [Fact]
    public void Tokens_may_be_for_any_of_its_hosts()
    {
        var own = ConnectionString.TryParse("Endpoint=http://a;ClientEndpoint=http://b;ServerEndpoint=http://c;AccessKey=k", out _);

        Assert.Equal(["a", "b", "c"], own!.Hosts);
    }

    [Theory]
    [InlineData("", "it needs Endpoint")]
    [InlineData("Endpoint=http://localhost", "it needs AccessKey")]
    [InlineData("Endpoint=http://localhost;AccessKey=", "it needs AccessKey")]
    [InlineData("Endpoint=localhost;AccessKey=secret", "it needs Endpoint")]
    [InlineData("Endpoint=ftp://localhost;AccessKey=secret", "it needs Endpoint")]
    [InlineData("Endpoint=http://localhost;AccessKey=secret;endpoint=http://other", "'endpoint' twice")]
    [InlineData("Endpoint=http://localhost;AccessKey=secret;Port=0", "its Port is '0'")]
    [InlineData("Endpoint=http://localhost;AccessKey=secret;Port=65536", "its Port is '65536'")]
    [InlineData("Endpoint=http://localhost;AccessKey=secret;Version=2.0", "its Version is '2.0'")]
    [InlineData("Endpoint=http://localhost;AccessKey=secret;ClientEndpoint=x", "its ClientEndpoint needs")]
    [InlineData("Endpoint=http://localhost;secret", "a part that is not 'name=value'")]
    public void What_is_wrong_is_named_without_the_key(string text, string said)
    {
        Assert.Null(ConnectionString.TryParse(text, out var error));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }
}
