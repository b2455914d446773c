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
    [InlineData("?user_key=a%20b", "", "")]
    [InlineData("?user_key=a+b", "", "")]
    [InlineData("?user_key=%00", "", "")]
    [InlineData("?x=%zz&user_key=k&y=%C3%A9+%20", "k", "?x=%zz&y=%C3%A9+%20")]
    public void A_query_gives_up_its_key_and_nothing_else(string query, string? key, string rest)
    {
        var credential = CredentialReader.Read(new CredentialSettings(), query, new HeaderDictionary());

        Assert.Equal((key, rest), (credential.UserKey, credential.Query));
        Assert.Empty(credential.Headers);
    }

    [Theory]
    [InlineData("X-Key", "k")]
    [InlineData("x_key", "k")]
    [InlineData("X-Keys", null)]
    public void A_header_is_found_in_every_spelling(string name, string? key)
    {
        var settings = new CredentialSettings { Location = CredentialLocation.Headers, UserKeyName = "x-key" };

        var credential = CredentialReader.Read(settings, "?x-key=q", new HeaderDictionary { [name] = "k" });

        Assert.Equal((key, "?x-key=q"), (credential.UserKey, credential.Query));
        Assert.Equal(key is null ? [] : [name], credential.Headers);
    }

    [Theory]
    [InlineData("Basic", "user:password", "user")]
    [InlineData("BASIC", ":password", "password")]
    [InlineData("Basic", "user:", "user")]
    [InlineData("Basic", ":", null)]
    [InlineData("Basic", "no-colon", null)]
    [InlineData("Basic", "us er:x", "")]
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
    [InlineData(1024, false)]
    [InlineData(1025, true)]
    public void A_key_that_is_too_long_is_no_key(int length, bool refused)
    {
        var text = new string('k', length);

        var credential = CredentialReader.Read(new CredentialSettings(), $"?user_key={text}", new HeaderDictionary());

        Assert.Equal(refused ? "" : text, credential.UserKey);
    }

    private static string? FromAuthorization(string header)
    {
        var settings = new CredentialSettings { Location = CredentialLocation.Authorization };
        var credential = CredentialReader.Read(settings, "?user_key=other", new HeaderDictionary { ["Authorization"] = header });
        Assert.Equal((1, "?user_key=other"), (credential.Headers.Count, credential.Query));
        return credential.UserKey;
    }
}
