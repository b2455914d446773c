using Serverless.Relay.Routing;

namespace Serverless.Relay.Tests.Routing;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/a/b?x=1", "/a/b", "?x=1")]
    [InlineData("/a?", "/a", "?")]
    [InlineData("/a?x=/../y?z", "/a", "?x=/../y?z")]
    [InlineData("/a//b/", "/a//b/", "")]
    [InlineData("/a%2Fb%20c/;v=1", "/a%2Fb%20c/;v=1", "")]
    [InlineData("/.well-known/a..b/...", "/.well-known/a..b/...", "")]
    [InlineData("http://gateway.test/a?x", "/a", "?x")]
    [InlineData("HTTPS://gateway.test", "/", "")]
    [InlineData("http://gateway.test?x", "/", "?x")]
    public void Path_and_query_stay_as_the_client_spelt_them(string raw, string path, string query)
    {
        Assert.True(RequestTarget.TryParse(raw, out var target));

        Assert.Equal(new RequestTarget(path, query), target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("gateway.test:443")]
    [InlineData("ftp://gateway.test/")]
    [InlineData("/a b")]
    [InlineData("/a\u00e9")]
    [InlineData("/a#b")]
    [InlineData("/a\\b")]
    [InlineData("/a%")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("/a%00")]
    [InlineData("/a%0D%0Ab")]
    [InlineData("/a%7f")]
    public void What_is_no_target_is_refused(string raw) => Assert.False(RequestTarget.TryParse(raw, out _));

    [Theory]
    [InlineData("/..")]
    [InlineData("/a/../b")]
    [InlineData("/a/./b")]
    [InlineData("/a/.")]
    [InlineData("/%2e%2e/a")]
    [InlineData("/a/.%2E")]
    [InlineData("/a/..%2fb")]
    [InlineData("/a%2F..%2Fb")]
    [InlineData("/a/..%5cb")]
    [InlineData("/a/..;x=1/b")]
    [InlineData("/a/..%3B/b")]
    [InlineData("http://gateway.test/../a")]
    public void Dot_segments_are_refused_in_every_spelling(string raw) => Assert.False(RequestTarget.TryParse(raw, out _));
}
