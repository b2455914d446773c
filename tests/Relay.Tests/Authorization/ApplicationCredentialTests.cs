using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Contracts;
using Serverless.Relay.Authorization;

namespace Serverless.Relay.Tests.Authorization;

/// <summary>Where an application's identifier and key are found, and that both are taken out.</summary>
public sealed class ApplicationCredentialTests
{
    [Theory]
    [InlineData("?app_id=i&app_key=k", "i", "k", "")]
    [InlineData("?app_key=k&a=1&app_id=i", "i", "k", "?a=1")]
    [InlineData("?a=1&APP%5FID=i&b=2&App_Key=k&c", "i", "k", "?a=1&b=2&c")]
    [InlineData("?app_id=i1&app_id=i2&app_key=k1&app_key=", "i2", "k1", "")]
    [InlineData("?app_id=i", null, null, "")]
    [InlineData("?app_key=k&a", null, null, "?a")]
    [InlineData("?app_id=&app_key=k", null, null, "")]
    [InlineData("?app_id=i&app_key=", null, null, "")]
    [InlineData("?user_key=k", null, null, "?user_key=k")]
    [InlineData("", null, null, "")]
    public void A_query_gives_up_both_and_nothing_else(string query, string? id, string? key, string rest)
    {
        var found = CredentialReader.Read(Settings(CredentialLocation.Query), query, new HeaderDictionary());

        Assert.Equal((Expected(id, key), rest), (found.Credential, found.Query));
        Assert.Empty(found.Headers);
    }

    [Theory]
    [InlineData("app_id", "app_key", "i", "k")]
    [InlineData("App-Id", "APP-KEY", "i", "k")]
    [InlineData("app_id", "x_app_key", null, null)]
    public void Headers_are_found_in_every_spelling(string idHeader, string keyHeader, string? id, string? key)
    {
        var headers = new HeaderDictionary { [idHeader] = "i", [keyHeader] = "k", ["X-Other"] = "o" };

        var found = CredentialReader.Read(Settings(CredentialLocation.Headers), "?app_id=q&app_key=q", headers);

        Assert.Equal((Expected(id, key), "?app_id=q&app_key=q"), (found.Credential, found.Query));
        Assert.Equal(id is null ? [idHeader] : [idHeader, keyHeader], found.Headers);
    }

    [Theory]
    [InlineData("i:k", "i", "k")]
    [InlineData("i:k:with:colons", "i", "k:with:colons")]
    [InlineData("i:", null, null)]
    [InlineData(":k", null, null)]
    [InlineData("no-colon", null, null)]
    public void Basic_gives_its_user_and_its_password(string pair, string? id, string? key) =>
        Assert.Equal(
            Expected(id, key), FromAuthorization($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}"));

    [Theory]
    [InlineData("Bearer i")]
    [InlineData("Basic %%%")]
    [InlineData("")]
    public void Nothing_else_in_authorization_is_both(string header) =>
        Assert.IsType<Credential.Missing>(FromAuthorization(header));

    [Fact]
    public void Names_are_the_products()
    {
        var settings = Settings(CredentialLocation.Query) with { AppIdName = "client", AppKeyName = "secret" };

        var found = CredentialReader.Read(settings, "?client=i&app_id=x&secret=k", new HeaderDictionary());

        Assert.Equal((Expected("i", "k"), "?app_id=x"), (found.Credential, found.Query));
    }

    private static Credential FromAuthorization(string header)
    {
        var headers = new HeaderDictionary { ["Authorization"] = header };
        var found = CredentialReader.Read(Settings(CredentialLocation.Authorization), "", headers);
        Assert.Equal(["Authorization"], found.Headers);
        return found.Credential;
    }

    private static CredentialSettings Settings(CredentialLocation location) =>
        new() { Mode = CredentialMode.AppId, Location = location };

    private static Credential Expected(string? id, string? key) =>
        id is null || key is null ? new Credential.Missing() : new Credential.Application(id, key);
}
