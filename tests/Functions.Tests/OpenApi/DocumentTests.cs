using System.Net;
using System.Text.RegularExpressions;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>The document and its page, as they are served.</summary>
public sealed partial class DocumentTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task The_document_is_served_as_it_is_in_the_repository()
    {
        using var answer = await app.Anonymous.GetAsync("/api/openapi.yaml").Soon();

        Assert.Equal("application/yaml", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            await File.ReadAllTextAsync(Repository.Path("functions/openapi.yaml")),
            await answer.Content.ReadAsStringAsync().Soon());
    }

    [Fact]
    public async Task The_page_needs_nothing_but_what_is_served_beside_it()
    {
        var page = await app.Anonymous.GetStringAsync("/api/docs").Soon();

        Assert.True(
            page.Contains("swagger-ui-bundle.js", StringComparison.Ordinal),
            "The page is not built in: run npm ci --prefix functions/OpenApi, and build again.");
        var links = Link().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(links);
        foreach (var link in links)
        {
            using var file = await app.Anonymous.GetAsync(new Uri(new Uri(app.Anonymous.BaseAddress!, "/api/docs"), link)).Soon();
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.Equal(app.Anonymous.BaseAddress!.Authority, file.RequestMessage!.RequestUri!.Authority);
        }
    }

    [Theory]
    [InlineData("/api/openapi.yaml")]
    [InlineData("/api/docs")]
    [InlineData("/api/docs/page.css")]
    [InlineData("/api/docs/page.js")]
    public async Task Whoever_has_it_is_not_sent_it_again(string path)
    {
        foreach (var encoding in new[] { "identity", "gzip" })
        {
            using var first = await GetAsync(path, ("Accept-Encoding", encoding));
            using var again = await GetAsync(path, ("Accept-Encoding", encoding), ("If-None-Match", first.Headers.ETag!.ToString()));

            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        }
    }

    [Fact]
    public async Task It_is_compressed_for_whoever_takes_that()
    {
        using var whole = await GetAsync("/api/openapi.yaml", ("Accept-Encoding", "br"));
        using var packed = await GetAsync("/api/openapi.yaml", ("Accept-Encoding", "br, gzip;q=0.5"));
        using var refused = await GetAsync("/api/openapi.yaml", ("Accept-Encoding", "gzip;q=0"));

        Assert.Empty(whole.Content.Headers.ContentEncoding);
        Assert.Empty(refused.Content.Headers.ContentEncoding);
        Assert.Equal(["gzip"], packed.Content.Headers.ContentEncoding);
        Assert.NotEqual(whole.Headers.ETag, packed.Headers.ETag);
        Assert.True(packed.Content.Headers.ContentLength * 3 < whole.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("nothing.js")]
    [InlineData("page.html")]
    [InlineData("..%2fopenapi.yaml")]
    [InlineData("PAGE.css")]
    public async Task What_is_no_file_of_the_page_is_not_found(string file)
    {
        using var answer = await app.Anonymous.GetAsync("/api/docs/" + file).Soon();

        await answer.ProblemAsync(404, "not_found");
    }

    private Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return app.Anonymous.SendAsync(request).Soon();
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Link();
}
