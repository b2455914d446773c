using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Serverless.Functions.Applications;

namespace Serverless.Functions.Tests.Applications;

public sealed class KeyHasherTests
{
    private static readonly byte[] Pepper = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void A_hash_is_the_hmac_of_the_key_under_a_key_made_from_the_pepper_for_this_use_alone()
    {
        var own = HMACSHA256.HashData(Pepper, Encoding.ASCII.GetBytes("serverless-gateway/user-key/1"));
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(own, Encoding.ASCII.GetBytes("0123456789abcdef")));

        var hash = Hasher(Pepper).Hash("0123456789abcdef");

        Assert.Equal(expected, hash.Hex);
        Assert.Equal(expected[..3], hash.Partition);
        Assert.Equal(expected[..12], hash.Id);
    }

    [Fact]
    public void Another_pepper_gives_another_hash()
    {
        byte[] other = [.. Pepper];
        other[31] ^= 1;

        Assert.NotEqual(Hasher(Pepper).Hash("0123456789abcdef"), Hasher(other).Hash("0123456789abcdef"));
    }

    [Fact]
    public void The_longest_key_is_hashed_to_its_last_character()
    {
        var key = new string('k', UserKey.MaxLength);

        Assert.NotEqual(Hasher(Pepper).Hash(key), Hasher(Pepper).Hash(key[..^1] + "l"));
    }

    [Fact]
    public void The_same_text_in_another_part_is_another_credential()
    {
        const string Text = "0123456789abcdef";
        var hasher = Hasher(Pepper);

        KeyHash[] hashes =
        [
            hasher.Hash(Text),
            hasher.HashAppId(Text),
            hasher.HashClientId(Text),
            hasher.HashTicket(Text),
            hasher.HashAppKey(Text, Text),
            hasher.HashAppKey(Text + Text, Text),
            hasher.HashAppKey(Text, Text + Text),
        ];

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void The_longest_pair_is_hashed_to_its_last_character()
    {
        var text = new string('k', AppCredential.MaxLength);

        Assert.NotEqual(Hasher(Pepper).HashAppKey(text, text), Hasher(Pepper).HashAppKey(text, text[..^1] + "l"));
    }

    [Theory]
    [InlineData("", "is missing")]
    [InlineData("a pepper of no worth at all, but long enough", "characters that are not base64")]
    [InlineData("c2hvcnQ=", "got base64 of 5 bytes")]
    public void A_pepper_that_is_no_good_is_refused_without_repeating_it(string pepper, string got)
    {
        var result = new KeysOptionsValidator().Validate(null, new KeysOptions { Pepper = pepper });

        Assert.True(result.Failed);
        Assert.Contains("Keys__Pepper", result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains(got, result.FailureMessage, StringComparison.Ordinal);
        Assert.True(pepper.Length == 0 || !result.FailureMessage.Contains(pepper, StringComparison.Ordinal));
    }

    [Fact]
    public void A_pepper_of_32_bytes_is_accepted() =>
        Assert.True(new KeysOptionsValidator().Validate(null, new KeysOptions { Pepper = Convert.ToBase64String(Pepper) }).Succeeded);

    private static KeyHasher Hasher(byte[] pepper) =>
        new(Options.Create(new KeysOptions { Pepper = Convert.ToBase64String(pepper) }));
}
