using Serverless.Functions.MappingRules;

namespace Serverless.Functions.Tests.MappingRules;

/// <summary>What 3scale's portal takes and refuses, by the rules of its <c>PatternParser</c>.</summary>
public sealed class PatternRulesTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/$")]
    [InlineData("//")]
    [InlineData("/v1")]
    [InlineData("/v1//v2/")]
    [InlineData("/v1/{room}/messages$")]
    [InlineData("/{version}/word/{value}.json")]
    [InlineData("/{a}{b}")]
    [InlineData("/{A_1}")]
    [InlineData("/a-b_c.d!e~f*g'h(i)j:k@l&m=n+o,p;q;r=1")]
    [InlineData("/caf%C3%A9/%7e")]
    [InlineData("/?")]
    [InlineData("/v1?kind=chat&room={room}")]
    [InlineData("/v1$?kind=")]
    [InlineData("/v1?kind")]
    [InlineData("/v1?a=1&")]
    [InlineData("/v1?&a=1")]
    [InlineData("/v1?=a")]
    [InlineData("/v1?a=x/y?z;[1]$%20")]
    [InlineData("/v1?ab-c={d}")]
    [InlineData("/v1?a={b}c={d}")]
    [InlineData("/v1?%41a={d}")]
    [InlineData("/{a}?x={a}")]
    [InlineData("/?x={a}&y={a}")]
    public void Takes_what_a_gateway_can_match(string pattern) => Assert.Null(PatternRules.Find(pattern));

    [Theory]
    [InlineData("")]
    [InlineData("v1")]
    [InlineData("?a=1")]
    [InlineData("https://h/v1")]
    [InlineData("/v1$/more")]
    [InlineData("/$$")]
    [InlineData("/$a")]
    [InlineData("/{}")]
    [InlineData("/{a")]
    [InlineData("/a}")]
    [InlineData("/{a{b}}")]
    [InlineData("/{a/b}")]
    [InlineData("/{a b}")]
    [InlineData("/{a-b}")]
    [InlineData("/{ä}")]
    [InlineData("/{a}/{a}")]
    [InlineData("/{a}?a=1")]
    [InlineData("/?a=1&a=2")]
    [InlineData("/?a&a=2")]
    [InlineData("/?{a}=1")]
    [InlineData("/?{a}")]
    [InlineData("/?-={a}")]
    [InlineData("/?a=x{b}")]
    [InlineData("/?a={b}{c}")]
    [InlineData("/?a={}")]
    [InlineData("/a b")]
    [InlineData("/a#b")]
    [InlineData("/?a#b")]
    [InlineData("/a[b]")]
    [InlineData("/a|b")]
    [InlineData("/a^b")]
    [InlineData("/a\"b")]
    [InlineData("/a\\b")]
    [InlineData("/a%")]
    [InlineData("/a%4")]
    [InlineData("/a%zz")]
    [InlineData("/?a=%zz")]
    [InlineData("/?%4a={b}")]
    [InlineData("/%{a}41")]
    [InlineData("/größe")]
    [InlineData("/?a=größe")]
    [InlineData("/a\n")]
    [InlineData("/a\u0000")]
    public void Refuses_the_rest(string pattern) => Assert.NotNull(PatternRules.Find(pattern));

    [Fact]
    public void Takes_255_characters_and_not_one_more()
    {
        Assert.Null(PatternRules.Find("/" + new string('a', 254)));
        Assert.NotNull(PatternRules.Find("/" + new string('a', 255)));
    }
}
