using Serverless.Contracts;
using Serverless.Relay.FunctionalTests.Peers;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Refusals as the product words them.</summary>
public sealed class ErrorAnswerTests : GatewayTests
{
    private static readonly ErrorAnswers Own = new()
    {
        CredentialsMissing = new ErrorAnswer { Status = 401, Text = "who?" },
        AuthenticationFailed = new ErrorAnswer { Status = 418, ContentType = "text/html; charset=iso-8859-1", Text = "<p>n\u00e9" },
        NoMatch = new ErrorAnswer { Status = 410, ContentType = "application/json", Text = """{"gone":true}""" },
        LimitsExceeded = new ErrorAnswer { Status = 503, Text = "" },
    };

    [Theory]
    [InlineData("/echo/in", null, 401, "text/plain; charset=utf-8", "who?", "credentials_missing")]
    [InlineData("/echo/in?user_key=a%20b", null, 418, "text/html; charset=iso-8859-1", "<p>n\u00e9", "user_key_invalid")]
    [InlineData("/echo/in?user_key=k", "user_key_invalid", 418, "text/html; charset=iso-8859-1", "<p>n\u00e9", "user_key_invalid")]
    [InlineData("/echo/in?user_key=k", "application_not_found", 418, "text/html; charset=iso-8859-1", "<p>n\u00e9", "application_not_found")]
    [InlineData("/echo/in?user_key=k", "application_key_invalid", 418, "text/html; charset=iso-8859-1", "<p>n\u00e9", "application_key_invalid")]
    [InlineData("/echo/in?user_key=k", "application_not_active", 418, "text/html; charset=iso-8859-1", "<p>n\u00e9", "application_not_active")]
    [InlineData("/echo/in?user_key=k", "referrer_not_allowed", 418, "text/html; charset=iso-8859-1", "<p>n\u00e9", "referrer_not_allowed")]
    [InlineData("/echo/in?user_key=k", "metric_disabled", 418, "text/html; charset=iso-8859-1", "<p>n\u00e9", "metric_disabled")]
    [InlineData("/echo/out?user_key=k", null, 410, "application/json", """{"gone":true}""", "no_mapping_rule")]
    [InlineData("/echo/in?user_key=k", "limits_exceeded", 503, "text/plain; charset=utf-8", "", "limits_exceeded")]
    public async Task Four_cases_have_the_products_answer_and_the_code_in_a_header(
        string target, string? reason, int status, string contentType, string text, string code)
    {
        Functions.Judge = _ => Denied(reason ?? "", retryAfter: reason == AuthorizationReasons.LimitsExceeded ? 7 : null);
        Promote(Snapshot() with { ErrorAnswers = Own });
        await using var relay = await StartRelayAsync();

        var answer = await relay.SendAsync(RawClient.Handshake(target));

        Assert.Equal((status, contentType, text), (answer.Status, answer.Headers["Content-Type"], answer.Body));
        Assert.EndsWith($"; details=\"{code}\"", answer.Headers["Proxy-Status"], StringComparison.Ordinal);
        Assert.Equal(code == "limits_exceeded" ? "7" : null, answer.Headers.GetValueOrDefault("Retry-After"));
        Assert.Single(relay.Log.Lines, line => line.Text.EndsWith($"status={status} code={code}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_refusals_and_cases_without_an_answer_stay_problems()
    {
        Promote(Snapshot() with { ErrorAnswers = Own with { CredentialsMissing = null } });
        await using var relay = await StartRelayAsync();

        var missing = await relay.SendAsync(RawClient.Handshake("/echo/in"));
        Functions.Broken = 503;
        var away = await relay.SendAsync(RawClient.Handshake("/echo/in?user_key=k"));

        Assert.Equal((403, "credentials_missing"), (missing.Status, missing.Problem.Code));
        Assert.Equal((503, "authorization_unavailable"), (away.Status, away.Problem.Code));
    }

    [Theory]
    [InlineData(200, "text/plain", "An error answer has the status 200.")]
    [InlineData(403, "text", "An error answer has the content type 'text', which is none.")]
    public async Task An_answer_that_cannot_be_given_is_not_served(int status, string contentType, string error)
    {
        await using var relay = await StartRelayAsync();
        relay.Log.Expect("VersionRefused");

        var answer = new ErrorAnswer { Status = status, ContentType = contentType, Text = "no" };
        Promote(Snapshot() with { ErrorAnswers = new ErrorAnswers { NoMatch = answer } });

        await relay.UntilAsync(() => relay.Log.Lines.Any(line => line.Text.Contains(error, StringComparison.Ordinal)));
    }

    private ProductSnapshot Snapshot() => Snapshots.Echo(Server.Address, version: 2) with
    {
        MappingRules = [new MappingRule { Method = "GET", Pattern = "/in", Metric = "hits" }],
    };
}
