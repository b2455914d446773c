using Serverless.Functions.MappingRules;

namespace Serverless.Functions.Tests.MappingRules;

public sealed class PatternRulesTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/$")]
    [InlineData("/v1")]
    [InlineData("/v1/{room}/messages$")]
    [InlineData("/{version}/word/{value}.json")]
    [InlineData("/a.b+c(d)*[e]|^")]
    [InlineData("/v1?kind=chat&room={room}")]
    [InlineData("/v1$?kind=")]
    [InlineData("/größe")]
    public void Takes_what_a_gateway_can_match(string pattern) => Assert.Null(PatternRules.Find(pattern));

    [Theory]
    [InlineData("")]
    [InlineData("v1")]
    [InlineData("https://h/v1")]
    [InlineData("/v1$/more")]
    [InlineData("/$$")]
    [InlineData("/{}")]
    [InlineData("/{a")]
    [InlineData("/a}")]
    [InlineData("/{a{b}}")]
    [InlineData("/{a/b}")]
    [InlineData("/{a b}")]
    [InlineData("/{a}/{a}")]
    [InlineData("/{a}?x={a}")]
    [InlineData("/?")]
    [InlineData("/?a")]
    [InlineData("/?=a")]
    [InlineData("/?a=1&")]
    [InlineData("/?{a}=1")]
    [InlineData("/?a=x{b}")]
    [InlineData("/?a={b}{c}")]
    [InlineData("/a b")]
    [InlineData("/a#b")]
    [InlineData("/a\u0000")]
    public void Refuses_the_rest(string pattern) => Assert.NotNull(PatternRules.Find(pattern));

    [Fact]
    public void Takes_255_characters_and_not_one_more()
    {
        Assert.Null(PatternRules.Find("/" + new string('a', 254)));
        Assert.NotNull(PatternRules.Find("/" + new string('a', 255)));
    }
}
