using Microsoft.AspNetCore.Http;
using Serverless.Contracts;
using Serverless.Relay.Authorization;

namespace Serverless.Relay.Tests.Authorization;

/// <summary>Where a token is found, and that it is taken out of wherever one is.</summary>
public sealed class TokenCredentialTests
{
    [Theory]
    [InlineData("query", "?a=1&access_token=q", "", "", "q", "?a=1", "")]
    [InlineData("query", "?a=1", "", "Bearer b", "b", "?a=1", "Authorization")]
    [InlineData("query", "?access_token=q", "", "bearer b", "q", "", "Authorization")]
    [InlineData("query", "?a=1", "h", "", null, "?a=1", "")]
    [InlineData("query", "", "", "Basic aTpr", null, "", "")]
    [InlineData("headers", "?access_token=q", "h", "", "h", "?access_token=q", "Access-Token")]
    [InlineData("headers", "", "", "Bearer b", "b", "", "Authorization")]
    [InlineData("headers", "", "h", "Bearer b", "h", "", "Access-Token Authorization")]
    [InlineData("authorization", "?access_token=q", "h", "Bearer b", "b", "?access_token=q", "Authorization")]
    [InlineData("authorization", "?access_token=q", "h", "Basic aTpr", null, "?access_token=q", "Authorization")]
    [InlineData("authorization", "", "", "Bearer ", null, "", "Authorization")]
    public void A_token_is_where_the_product_looks_or_else_a_bearer(
        string location, string query, string header, string authorization, string? token, string rest, string dropped)
    {
        var headers = new HeaderDictionary { ["Authorization"] = authorization };
        if (header.Length > 0)
        {
            headers["Access-Token"] = header;
        }

        var settings = new CredentialSettings
        {
            Mode = CredentialMode.Oidc,
            Location = Enum.Parse<CredentialLocation>(location, ignoreCase: true),
        };
        var found = CredentialReader.Read(settings, query, headers);

        Assert.Equal(token, (found.Credential as Credential.Token)?.Text);
        Assert.Equal((rest, dropped), (found.Query, string.Join(' ', found.Headers)));
    }

    [Theory]
    [InlineData("""{"azp":"c"}""", "azp", "c")]
    [InlineData("""{"a":{"b":{"c":"deep"}}}""", "a.b.c", "deep")]
    [InlineData("""{"https://example.com/client":"dotted"}""", "https://example.com/client", "dotted")]
    [InlineData("""{"https://example.com/ns":{"id":"both"}}""", "https://example.com/ns.id", "both")]
    [InlineData("""{"a.b":{"d":"x"},"a":{"b.c":"y"}}""", "a.b.c", "y")]
    [InlineData("""{"azp":7}""", "azp", null)]
    [InlineData("""{"azp":["c"]}""", "azp", null)]
    [InlineData("""{"azp":null}""", "azp", null)]
    [InlineData("""{"azp":{"x":"c"}}""", "azp", null)]
    [InlineData("""{"azp":"c"}""", "azp.x", null)]
    [InlineData("""{"azp":"c"}""", "AZP", null)]
    [InlineData("""{"":{"":"c"}}""", ".", null)]
    [InlineData("""["azp"]""", "azp", null)]
    public void A_claim_is_found_by_its_name_or_by_a_path(string payload, string path, string? value)
    {
        using var document = System.Text.Json.JsonDocument.Parse(payload);

        Assert.Equal(value, TokenClaim.Find(document.RootElement, path));
    }

    [Theory]
    [InlineData("https://app.example.com/page?x=1", "", "app.example.com")]
    [InlineData("https://app.example.com:8443/", "https://other.example.com", "app.example.com")]
    [InlineData("", "https://Other.example.com", "other.example.com")]
    [InlineData("", "null", null)]
    [InlineData("about:blank", "https://other.example.com", "other.example.com")]
    [InlineData("not a url", "", null)]
    [InlineData("/relative", "", null)]
    [InlineData("", "", null)]
    [InlineData("https://b\u00fccher.example/", "", "xn--bcher-kva.example")]
    public void A_referrer_is_the_host_of_referer_or_else_of_origin(string referer, string origin, string? host)
    {
        var headers = new HeaderDictionary();
        headers.Append("Referer", referer.Length == 0 ? default : referer);
        headers.Append("Origin", origin.Length == 0 ? default : origin);

        Assert.Equal(host, Referrer.Of(headers));
    }

    [Fact]
    public void Two_referers_are_none()
    {
        var headers = new HeaderDictionary { ["Referer"] = new(["https://a.example/", "https://b.example/"]) };

        Assert.Null(Referrer.Of(headers));
    }
}
