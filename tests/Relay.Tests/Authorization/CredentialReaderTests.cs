using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Contracts;
using Serverless.Relay.Authorization;

namespace Serverless.Relay.Tests.Authorization;

public sealed class CredentialReaderTests
{
    [Theory]
    [InlineData("", null, "")]
    [InlineData("?", null, "?")]
    [InlineData("?a=1", null, "?a=1")]
    [InlineData("?user_key=k", "k", "")]
    [InlineData("?user_key=k&a=1", "k", "?a=1")]
    [InlineData("?a=1&user_key=k", "k", "?a=1")]
    [InlineData("?a=1&user_key=k&b=2", "k", "?a=1&b=2")]
    [InlineData("?a=1&user_key=k&", "k", "?a=1&")]
    [InlineData("?&user_key=k", "k", "?")]
    [InlineData("?user_key=k&&a", "k", "?&a")]
    [InlineData("?user_key=k1&user_key=k2", "k2", "")]
    [InlineData("?user_key=k1&a&USER_KEY=", "k1", "?a")]
    [InlineData("?user%5fkey=k%2d1", "k-1", "")]
    [InlineData("?user_key", null, "")]
    [InlineData("?user_key=", null, "")]
    [InlineData("?user_keys=k&xuser_key=k", null, "?user_keys=k&xuser_key=k")]
    [InlineData("?a=user_key=k", null, "?a=user_key=k")]
    [InlineData("?user_key=a=b", "a=b", "")]
    [InlineData("?user_key=a%20b", "a b", "")]
    [InlineData("?user_key=a+b", "a b", "")]
    [InlineData("?user_key=%00", "\0", "")]
    [InlineData("?x=%zz&user_key=k&y=%C3%A9+%20", "k", "?x=%zz&y=%C3%A9+%20")]
    public void A_query_gives_up_its_key_and_nothing_else(string query, string? key, string rest)
    {
        var found = CredentialReader.Read(new CredentialSettings(), query, new HeaderDictionary());

        Assert.Equal((key, rest), (UserKey(found), found.Query));
        Assert.Empty(found.Headers);
    }

    [Theory]
    [InlineData("X-Key", "k")]
    [InlineData("x_key", "k")]
    [InlineData("X-Keys", null)]
    public void A_header_is_found_in_every_spelling(string name, string? key)
    {
        var settings = new CredentialSettings { Location = CredentialLocation.Headers, UserKeyName = "x-key" };

        var found = CredentialReader.Read(settings, "?x-key=q", new HeaderDictionary { [name] = "k" });

        Assert.Equal((key, "?x-key=q"), (UserKey(found), found.Query));
        Assert.Equal(key is null ? [] : [name], found.Headers);
    }

    [Theory]
    [InlineData("Basic", "user:password", "user")]
    [InlineData("BASIC", ":password", "password")]
    [InlineData("Basic", "user:", "user")]
    [InlineData("Basic", ":", null)]
    [InlineData("Basic", "no-colon", null)]
    [InlineData("Basic", "us er:x", "us er")]
    public void Basic_gives_its_user_or_else_its_password(string scheme, string pair, string? key) =>
        Assert.Equal(key, FromAuthorization($"{scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}"));

    [Theory]
    [InlineData("Bearer token", "token")]
    [InlineData("bearer   token", "token")]
    [InlineData("Bearer ", null)]
    [InlineData("Bearer", null)]
    [InlineData("Basic %%%", null)]
    [InlineData("Digest abc", null)]
    [InlineData("", null)]
    public void Bearer_gives_its_token_and_other_schemes_nothing(string header, string? key) =>
        Assert.Equal(key, FromAuthorization(header));

    [Theory]
    [InlineData("", false)]
    [InlineData("k", true)]
    [InlineData("a b", false)]
    [InlineData("a\0", false)]
    [InlineData("\u00e9", false)]
    public void Only_printable_ascii_can_be_a_key(string text, bool sound) => Assert.Equal(sound, Credential.IsSound(text));

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_text_that_is_too_long_is_no_key(int length, bool sound) =>
        Assert.Equal(sound, Credential.IsSound(new string('k', length)));

    private static string? FromAuthorization(string header)
    {
        var settings = new CredentialSettings { Location = CredentialLocation.Authorization };
        var found = CredentialReader.Read(settings, "?user_key=other", new HeaderDictionary { ["Authorization"] = header });
        Assert.Equal((1, "?user_key=other"), (found.Headers.Count, found.Query));
        return UserKey(found);
    }

    private static string? UserKey(FoundCredential found) => (found.Credential as Credential.UserKey)?.Text;
}
