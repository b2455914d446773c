using Serverless.Functions.Applications;

namespace Serverless.Functions.Tests.Applications;

public sealed class UserKeyTests
{
    [Fact]
    public void A_generated_key_holds_160_random_bits_and_more()
    {
        var keys = Enumerable.Range(0, 2_000).Select(_ => UserKey.Generate()).ToList();

        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.All(keys, key => Assert.True(UserKey.IsWellFormed(key), key));
        Assert.True(keys[0].Length * Math.Log2(string.Concat(keys).Distinct().Count()) >= 160);
    }

    [Theory]
    [InlineData("0123456789abcdef", true)]
    [InlineData("ABCDEF._-0123456", true)]
    [InlineData("0123456789abcde", false)]
    [InlineData("", false)]
    [InlineData("0123456789abcde ", false)]
    [InlineData("0123456789abcde/", false)]
    [InlineData("0123456789abcde\u0000", false)]
    [InlineData("0123456789abcdé", false)]
    [InlineData("0123456789abcde\u0660", false)]
    public void A_key_is_letters_digits_dots_dashes_and_underscores(string key, bool wellFormed) =>
        Assert.Equal(wellFormed, UserKey.IsWellFormed(key));

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_key_has_256_characters_at_most(int length, bool wellFormed) =>
        Assert.Equal(wellFormed, UserKey.IsWellFormed(new string('k', length)));
}
