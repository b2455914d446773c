using Serverless.Functions.Storage;

namespace Serverless.Functions.Tests.Storage;

public sealed class KeyTests
{
    [Theory]
    [InlineData("plain-1_2.3", "plain-1_2.3")]
    [InlineData("/a/b", "=2Fa=2Fb")]
    [InlineData("a|b~c=d", "a=7Cb=7Ec=3Dd")]
    [InlineData("\\#?\u0000%", "=5C=23=3F=00=25")]
    [InlineData("größe", "gr=C3=B6=C3=9Fe")]
    [InlineData("", "")]
    public void Spells_any_text_with_what_storage_takes(string text, string key) => Assert.Equal(key, Key.Escape(text));

    [Fact]
    public void Keeps_the_parts_of_a_key_apart() => Assert.NotEqual(Key.Of("a", "b|c"), Key.Of("a|b", "c"));
}
