using System.Text;
using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Products whose clients come with an application's identifier and key; and where clients come from.</summary>
public sealed class ApplicationKeyTests : GatewayTests
{
    private static readonly string Basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"app-1:{Keys.Good}"));

    [Theory]
    [InlineData("query", "/echo/a?x=1&app_id=app-1&app_key=" + Keys.Good, "")]
    [InlineData("headers", "/echo/a?x=1", "App-Id: app-1\r\napp_key: " + Keys.Good)]
    [InlineData("authorization", "/echo/a?x=1", "Authorization: Basic ")]
    public async Task Both_are_asked_for_and_neither_reaches_the_backend(string location, string target, string header)
    {
        Accept(Enum.Parse<CredentialLocation>(location, ignoreCase: true));
        Functions.Judge = question => question is { AppId: "app-1", AppKey: Keys.Good, UserKey: null }
            ? Granted(cacheSeconds: 10)
            : Denied(AuthorizationReasons.ApplicationKeyInvalid);
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake(
            target, header.EndsWith("Basic ", StringComparison.Ordinal) ? header + Basic : header.Length > 0 ? header : "X-Other: 1"));

        Assert.Equal(101, answer.Status);
        var heard = Assert.Single(Server.Heard);
        Assert.Equal("/a?x=1", heard.RawTarget);
        Assert.DoesNotContain(heard.Headers, sent => sent.Value.Contains("app-1", StringComparison.Ordinal)
            || sent.Value.Contains(Keys.Good, StringComparison.Ordinal) || sent.Value.Contains(Basic, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("?app_id=app-1", "credentials_missing")]
    [InlineData("?app_key=" + Keys.Good, "credentials_missing")]
    [InlineData("?user_key=" + Keys.Good, "credentials_missing")]
    [InlineData("?app_id=app%201&app_key=k", "application_not_found")]
    [InlineData("?app_id=app-1&app_key=%00", "application_key_invalid")]
    public async Task What_nobody_can_have_is_refused_without_asking(string query, string code)
    {
        Accept(CredentialLocation.Query);
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake($"/echo{query}"));

        Assert.Equal((403, code), (answer.Status, answer.Problem.Code));
        Assert.Empty(Functions.Questions);
    }

    [Theory]
    [InlineData("", "", null)]
    [InlineData("https://app.example.com/page?secret=1", "https://other.example.com", "app.example.com")]
    [InlineData("", "https://other.example.com:8443", "other.example.com")]
    [InlineData("", "null", null)]
    public async Task A_question_names_the_site_that_the_request_comes_from(string referer, string origin, string? referrer)
    {
        await using var relay = await StartRelayAsync();
        List<string> headers = [.. referer.Length > 0 ? [$"Referer: {referer}"] : Array.Empty<string>()];
        headers.AddRange(origin.Length > 0 ? [$"Origin: {origin}"] : []);

        await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", [.. headers]));

        Assert.Equal(referrer, Assert.Single(Functions.Questions).Referrer);
    }

    [Fact]
    public async Task An_answer_for_one_site_is_not_another_sites()
    {
        Functions.Judge = question => question.Referrer == "good.example"
            ? Granted(cacheSeconds: 10)
            : Denied(AuthorizationReasons.ReferrerNotAllowed, cacheSeconds: 10);
        await using var relay = await StartRelayAsync();

        var good = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", "Origin: https://good.example"));
        var bad = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Good}", "Origin: https://bad.example"));

        Assert.Equal((101, 403, "referrer_not_allowed"), (good.Status, bad.Status, bad.Problem.Code));
    }

    private void Accept(CredentialLocation location) => Promote(Snapshots.Echo(Server.Address, version: 2) with
    {
        Credentials = new CredentialSettings { Mode = CredentialMode.AppId, Location = location },
    });
}
