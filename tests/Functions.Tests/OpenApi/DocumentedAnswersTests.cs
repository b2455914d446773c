using System.Net;
using System.Net.Http.Headers;
using Serverless.Tests.Common;
using Xunit.Sdk;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>An answer that is not as the document has it does not pass.</summary>
public sealed class DocumentedAnswersTests
{
    private const string Account = """{"system_name":"acme","name":"Acme","state":"approved"}""";
    private const string Missing = """{"title":"Not found.","status":404,"code":"not_found","detail":"d"}""";

    [Theory]
    [InlineData(200, Account)]
    [InlineData(404, Missing)]
    public async Task What_is_described_passes(int status, string body)
    {
        using var answer = await GetAsync(status, body);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(200, """{"system_name":"acme","name":"Acme","more":1}""", "more: NoAdditionalPropertiesAllowed")]
    [InlineData(200, """{"system_name":"acme"}""", "name: PropertyRequired")]
    [InlineData(200, """{"system_name":"Acme!","name":"Acme"}""", "system_name: PatternMismatch")]
    [InlineData(200, """{"system_name":"acme","name":7}""", "name: StringExpected")]
    [InlineData(200, """{"system_name":"acme","name":null}""", "name: StringExpected")]
    [InlineData(202, Account, "accounts-get has no answer 202")]
    [InlineData(404, """{"title":"t","status":404,"code":"gone"}""", "code: NotInEnumeration")]
    [InlineData(404, """{"title":"t","status":404,"code":"not_found","stack":"at"}""", "stack: NoAdditionalPropertiesAllowed")]
    public async Task A_body_that_is_not_described_fails(int status, string body, string reason) =>
        await FailsAsync(status, body, reason);

    [Fact]
    public async Task A_media_type_that_is_not_described_fails() =>
        await FailsAsync(200, Account, "no content of type text/plain", mediaType: "text/plain");

    [Fact]
    public async Task A_header_that_is_missing_malformed_or_not_described_fails()
    {
        await FailsAsync(200, Account, "header ETag is missing", etag: null);
        await FailsAsync(200, Account, "header ETag: #: PatternMismatch", etag: "W/\"1\"");
        await FailsAsync(200, Account, "header Set-Cookie is not described", extra: "Set-Cookie");
    }

    [Fact]
    public async Task A_route_that_is_not_described_fails_unless_nothing_answers_it()
    {
        await FailsAsync(200, Account, "no such operation", path: "/api/acounts/acme");
        using var nothing = await GetAsync(404, """{"title":"t","status":404,"code":"route_not_found"}""", path: "/api/acounts/acme");
        Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
    }

    [Theory]
    [InlineData("PUT", "/api/accounts/acme", """{"name":"Acme","more":1}""", "*", "request: #/more: NoAdditionalPropertiesAllowed")]
    [InlineData("PUT", "/api/accounts/acme", """{"name":"Acme"}""", null, "header If-Match is missing")]
    [InlineData("PUT", "/api/accounts/ACME%21", """{"name":"Acme"}""", "*", "path account: #: PatternMismatch")]
    [InlineData("PUT", "/api/accounts/acme?force=1", """{"name":"Acme"}""", "*", "query force is not described")]
    [InlineData("PUT", "/api/accounts/acme", null, "*", "request: a body is needed")]
    public async Task A_request_that_succeeds_and_is_not_described_fails(string method, string path, string? body, string? ifMatch, string reason)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue("application/json"));
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var client = Client(Answer(200, Account, "\"1\"", "application/json"));
        var failure = await Assert.ThrowsAnyAsync<XunitException>(() => client.SendAsync(request).Soon());

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    private static async Task FailsAsync(
        int status,
        string body,
        string reason,
        string path = "/api/accounts/acme",
        string mediaType = "",
        string? etag = "\"1\"",
        string? extra = null)
    {
        var failure = await Assert.ThrowsAnyAsync<XunitException>(() => GetAsync(status, body, path, mediaType, etag, extra));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> GetAsync(
        int status,
        string body,
        string path = "/api/accounts/acme",
        string mediaType = "",
        string? etag = "\"1\"",
        string? extra = null)
    {
        var answer = Answer(
            status,
            body,
            status < 400 ? etag : null,
            mediaType.Length > 0 ? mediaType : status < 400 ? "application/json" : "application/problem+json");
        if (extra is not null)
        {
            answer.Headers.Add(extra, "x");
        }

        using var client = Client(answer);
        return await client.GetAsync(path).Soon();
    }

    private static HttpResponseMessage Answer(int status, string body, string? etag, string mediaType)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, new MediaTypeHeaderValue(mediaType)) };
        if (etag is not null)
        {
            answer.Headers.TryAddWithoutValidation("ETag", etag);
        }

        return answer;
    }

    private static HttpClient Client(HttpResponseMessage answer) =>
        new(new DocumentedAnswers(new Canned(answer))) { BaseAddress = new Uri("http://api") };

    /// <summary>A server that gives one answer to everything.</summary>
    private sealed class Canned(HttpResponseMessage answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            answer.RequestMessage = request;
            return Task.FromResult(answer);
        }
    }
}
