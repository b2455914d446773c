using System.Text.Json.Nodes;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Http;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Http;

public sealed class FailureTests
{
    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new InvalidOperationException("a bug"), 500, "internal_error" },
        { new RequestFailedException(400, "InvalidInput: our query was wrong"), 500, "internal_error" },
        { new RequestFailedException(0, "Connection refused"), 503, "storage_unavailable" },
        { new RequestFailedException(403, "AuthenticationFailed"), 503, "storage_unavailable" },
        { new RequestFailedException(429, "TooManyRequests"), 503, "storage_unavailable" },
        { new RequestFailedException(503, "ServerBusy"), 503, "storage_unavailable" },
        { new AggregateException(new RequestFailedException(0, "1"), new RequestFailedException(0, "2")), 503, "storage_unavailable" },
        { new AggregateException(new TaskCanceledException("exceeded the configured timeout")), 503, "storage_unavailable" },
        { new TaskCanceledException("exceeded the configured timeout"), 503, "storage_unavailable" },
        { new Azure.Identity.AuthenticationFailedException("no identity"), 503, "storage_unavailable" },
        { new Azure.Identity.CredentialUnavailableException("no identity"), 503, "storage_unavailable" },
        { new BadHttpRequestException("Unexpected end of request content."), 400, "malformed_request" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_no_function_caught_becomes_an_answer_that_tells_nothing_of_it(Exception exception, int status, string code)
    {
        using var log = new RecordedLog();
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        http.Request.Method = "GET";
        http.Request.Path = "/api/x";
        http.Request.QueryString = new QueryString("?user_key=secret");

        await new Failure(factory.CreateLogger<Failure>()).Name(exception, http.Request).ExecuteAsync(http).Soon();

        http.Response.Body.Position = 0;
        var problem = await JsonNode.ParseAsync(http.Response.Body).Soon();
        Assert.Equal((status, code), (http.Response.StatusCode, (string?)problem!["code"]));
        Assert.DoesNotContain(exception.Message, problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(status < 500 ? 0 : 1, log.Errors.Count());
        Assert.DoesNotContain(log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
        Assert.Equal(status == 503, http.Response.Headers.RetryAfter.Count == 1);
    }
}
