using System.Net;
using Microsoft.AspNetCore.Http;
using Serverless.Relay.Handshake;

namespace Serverless.Relay.Tests.Handshake;

public sealed class ForwardedChainTests
{
    private static readonly IPAddress Peer = IPAddress.Parse("10.0.0.1");

    [Theory]
    [InlineData("", "10.0.0.1", "")]
    [InlineData("192.0.2.7", "192.0.2.7", "10.0.0.1")]
    [InlineData("192.0.2.7:4711", "192.0.2.7", "10.0.0.1")]
    [InlineData("2001:db8::7", "2001:db8::7", "10.0.0.1")]
    [InlineData("[2001:db8::7]:4711", "2001:db8::7", "10.0.0.1")]
    [InlineData("192.0.2.7, 10.0.0.2", "192.0.2.7", "10.0.0.2, 10.0.0.1")]
    [InlineData("203.0.113.9, 192.0.2.7, 10.0.0.2", "192.0.2.7", "10.0.0.2, 10.0.0.1")]
    [InlineData("203.0.113.9, 192.0.2.7", "192.0.2.7", "10.0.0.1")]
    [InlineData("10.0.0.3, 10.0.0.2", "10.0.0.3", "10.0.0.2, 10.0.0.1")]
    [InlineData("192.0.2.7, unknown, 10.0.0.2", "10.0.0.2", "10.0.0.1")]
    [InlineData("192.0.2.7, 7", "10.0.0.1", "")]
    public void The_client_is_the_nearest_address_that_is_not_trusted(string header, string client, string hops)
    {
        var chain = OfXForwarded(("X-Forwarded-For", header));

        Assert.Equal((client, hops), (chain.Client.ToString(), string.Join(", ", chain.Hops)));
    }

    [Fact]
    public void Scheme_and_host_are_those_that_the_outermost_trusted_hop_wrote()
    {
        var chain = OfXForwarded(
            ("X-Forwarded-For", "203.0.113.9, 192.0.2.7, 10.0.0.2"),
            ("X-Forwarded-Proto", "gopher, wss, http"),
            ("X-Forwarded-Host", "evil.test, api.test:444, inner.test"));

        Assert.Equal(("https", "api.test:444"), (chain.Scheme, chain.Host));
    }

    [Fact]
    public void One_scheme_for_the_whole_chain_is_taken_too()
    {
        var chain = OfXForwarded(("X-Forwarded-For", "192.0.2.7, 10.0.0.2"), ("X-Forwarded-Proto", "https"));

        Assert.Equal("https", chain.Scheme);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("user@a")]
    [InlineData("a:port")]
    [InlineData("")]
    public void A_host_that_is_none_is_not_taken(string host) => Assert.Null(OfXForwarded(("X-Forwarded-Host", host)).Host);

    [Theory]
    [InlineData("for=192.0.2.7", "192.0.2.7", null, null)]
    [InlineData("For=\"[2001:db8::7]:4711\";proto=https;host=\"api.test:444\"", "2001:db8::7", "https", "api.test:444")]
    [InlineData("for=203.0.113.9;host=evil.test, proto=http;for=192.0.2.7;Host=api.test, for=10.0.0.2;host=inner.test", "192.0.2.7", "http", "api.test")]
    [InlineData("for=192.0.2.7, for=_hidden", "10.0.0.1", null, null)]
    [InlineData("by=192.0.2.7", "10.0.0.1", null, null)]
    public void Forwarded_is_read_alike(string header, string client, string? scheme, string? host)
    {
        var chain = ForwardedChain.OfForwarded(Peer, new HeaderDictionary { ["Forwarded"] = header }, Trusts);

        Assert.Equal((client, scheme, host), (chain.Client.ToString(), chain.Scheme, chain.Host));
    }

    [Fact]
    public void A_chain_without_end_is_cut()
    {
        var chain = OfXForwarded(("X-Forwarded-For", string.Join(',', Enumerable.Repeat("10.0.0.2", 1000))));

        Assert.Equal(32, chain.Hops.Count);
    }

    private static ForwardedChain OfXForwarded(params (string Name, string Value)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, value) in headers)
        {
            dictionary[name] = value;
        }

        return ForwardedChain.OfXForwarded(Peer, dictionary, Trusts);
    }

    private static bool Trusts(IPAddress address) => address.ToString().StartsWith("10.", StringComparison.Ordinal);
}
