using Serverless.Relay.Routing;

namespace Serverless.Relay.Tests.Routing;

public sealed class RouteTableTests
{
    private const string Gateway = "gateway.test:8080";

    private readonly RouteTable<string> _table = Build(
        new("echo", "production", new Uri("https://echo.example.com"), "echo/production"),
        new("echo", "staging", new Uri("https://staging.example.com/echo"), "echo/staging"),
        new("chat", "production", new Uri("https://echo.example.com/chat/"), "chat/production"),
        new("chat", "staging", new Uri("https://staging.example.com:8443/chat"), "chat/staging"),
        new("only-staging", "staging", null, "only-staging/staging"));

    [Theory]
    [InlineData("/echo", "echo/production", "/")]
    [InlineData("/echo/", "echo/production", "/")]
    [InlineData("/echo//a/", "echo/production", "//a/")]
    [InlineData("/chat/x%2Fy", "chat/production", "/x%2Fy")]
    [InlineData("/staging/echo", "echo/staging", "/")]
    [InlineData("/staging/chat/a/b", "chat/staging", "/a/b")]
    public void A_path_prefix_leads_to_an_environment(string path, string target, string rest) =>
        AssertFound(Gateway, path, target, rest);

    [Theory]
    [InlineData("/")]
    [InlineData("//echo")]
    [InlineData("/echoes")]
    [InlineData("/ech")]
    [InlineData("/ECHO")]
    [InlineData("/%65cho")]
    [InlineData("/staging")]
    [InlineData("/staging/")]
    [InlineData("/staging//echo")]
    [InlineData("/stagingecho")]
    [InlineData("/only-staging")]
    [InlineData("/staging/nobody")]
    public void A_path_that_is_no_whole_product_leads_nowhere(string path)
    {
        Assert.False(_table.TryFind(Gateway, path, out var target, out _));
        Assert.Null(target);
    }

    [Theory]
    [InlineData("echo.example.com", "/", "echo/production", "/")]
    [InlineData("ECHO.Example.com", "/a", "echo/production", "/a")]
    [InlineData("echo.example.com:9999", "/a", "echo/production", "/a")]
    [InlineData("echo.example.com", "/chat", "chat/production", "/")]
    [InlineData("echo.example.com", "/chat/a", "chat/production", "/a")]
    [InlineData("echo.example.com", "/chats", "echo/production", "/chats")]
    [InlineData("staging.example.com", "/echo/a", "echo/staging", "/a")]
    [InlineData("staging.example.com:8443", "/chat/a", "chat/staging", "/a")]
    public void A_public_base_url_leads_to_its_environment_the_longest_base_path_first(
        string host, string path, string target, string rest) => AssertFound(host, path, target, rest);

    [Theory]
    [InlineData("staging.example.com", "/chat", "chat/production", "/")]
    [InlineData("staging.example.com", "/staging/echo/x", "echo/staging", "/x")]
    [InlineData("[::1]:8080", "/echo", "echo/production", "/")]
    [InlineData("", "/echo", "echo/production", "/")]
    public void Where_no_public_base_url_fits_the_path_decides(string host, string path, string target, string rest) =>
        AssertFound(host, path, target, rest);

    [Fact]
    public void Of_two_claims_on_a_url_the_first_is_served_and_the_second_named()
    {
        List<string> conflicts = [];
        var table = new RouteTable<string>(
            [
                new("a", "production", new Uri("https://x.example.com/"), "a"),
                new("b", "production", new Uri("https://x.example.com"), "b"),
            ],
            conflicts);

        Assert.True(table.TryFind("x.example.com", "/", out var target, out _));
        Assert.Equal("a", target);
        Assert.Contains("not of b production", Assert.Single(conflicts), StringComparison.Ordinal);
    }

    private void AssertFound(string host, string path, string expected, string expectedRest)
    {
        Assert.True(_table.TryFind(host, path, out var target, out var rest));
        Assert.Equal((expected, expectedRest), (target, rest));
    }

    private static RouteTable<string> Build(params RouteEntry<string>[] entries)
    {
        List<string> conflicts = [];
        var table = new RouteTable<string>(entries, conflicts);
        Assert.Empty(conflicts);
        return table;
    }
}
