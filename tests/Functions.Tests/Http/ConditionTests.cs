using System.Net;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Http;

/// <summary>ETag, If-Match and If-None-Match, which hold for every resource.</summary>
public sealed class ConditionTests : IClassFixture<FunctionsApp>, IAsyncLifetime
{
    private readonly FunctionsApp _app;

    public ConditionTests(FunctionsApp app) => _app = app;

    /// <summary>Path of a resource, and a body that replaces it.</summary>
    public static TheoryData<string, string> Replaceable => new()
    {
        { "/api/backends/b", """{"name":"n","private_base_url":"http://h"}""" },
        { "/api/products/p", """{"name":"n"}""" },
        { "/api/products/p/backends/b", """{"path":"/x"}""" },
        { "/api/products/p/metrics/m", """{"name":"n","unit":"u"}""" },
        { "/api/products/p/mapping-rules/{rule}", """{"method":"GET","pattern":"/","metric":"hits"}""" },
        { "/api/products/p/message-rules/{rule}", """{"direction":"in","metric":"hits"}""" },
        { "/api/products/p/policies", """{"policies":[]}""" },
        { "/api/policies/shared", """{"summary":"S","builtin":"origin","configuration":{"allow":["https://h"]}}""" },
        { "/api/backends/own/metrics/m", """{"name":"n"}""" },
        { "/api/accounts/free", """{"name":"n"}""" },
        { "/api/applications/a", """{"name":"n","plan":"l"}""" },
        { "/api/products/p/plans/free", """{"name":"n"}""" },
        { "/api/products/p/plans/l/limits/hits.day", """{"value":1}""" },
        { "/api/products/p/plans/l/pricing-rules/hits.1", """{"cost_per_unit":1}""" },
        { "/api/backends/own/mapping-rules/{rule}", """{"method":"GET","pattern":"/","metric":"hits"}""" },
    };

    public async Task InitializeAsync()
    {
        await _app.Admin.SendAsync("POST", "/api/backends", """{"system_name":"b","name":"B","private_base_url":"http://b"}""");
        await _app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p","name":"P"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/backends", """{"backend":"b","path":"/b"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/message-rules", """{"direction":"in","metric":"hits"}""");
        await _app.Admin.SendAsync("POST", "/api/policies", """{"name":"shared","summary":"S","builtin":"origin","configuration":{"allow":["https://h"]}}""");
        await _app.Admin.SendAsync("POST", "/api/backends", """{"system_name":"own","name":"B","private_base_url":"http://b"}""");
        await _app.Admin.SendAsync("POST", "/api/backends/own/metrics", """{"system_name":"m","name":"M","parent":"hits"}""");
        await _app.Admin.SendAsync("POST", "/api/backends/own/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/plans", """{"system_name":"l","name":"L"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/plans", """{"system_name":"free","name":"F"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/plans/l/limits", """{"metric":"hits","period":"day","value":1}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/plans/l/pricing-rules", """{"metric":"hits","min":1,"cost_per_unit":1}""");
        await _app.Admin.SendAsync("POST", "/api/accounts", """{"system_name":"a","name":"A"}""");
        await _app.Admin.SendAsync("POST", "/api/accounts", """{"system_name":"free","name":"F"}""");
        await _app.Admin.SendAsync("POST", "/api/accounts/a/applications", """{"id":"a","product":"p","plan":"l","name":"A"}""");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Replaceable))]
    public async Task A_change_needs_the_tag_of_what_it_changes(string path, string body)
    {
        path = await ResolveAsync(path);
        using var before = await _app.Admin.GetAsync(path).Soon();
        var tag = before.Headers.ETag!;
        Assert.False(tag.IsWeak);

        using var without = await _app.Admin.SendAsync("PUT", path, body);
        await without.ProblemAsync(428, "if_match_required");
        using var replaced = await _app.Admin.SendAsync("PUT", path, body, tag.ToString());
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.NotEqual(tag, replaced.Headers.ETag);
        using var stale = await _app.Admin.SendAsync("PUT", path, body, tag.ToString());
        await stale.ProblemAsync(412, "etag_mismatch");
        using var any = await _app.Admin.SendAsync("PUT", path, body, "*");
        Assert.Equal(HttpStatusCode.OK, any.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Replaceable))]
    public async Task A_deletion_needs_the_tag_of_what_it_deletes(string path, string body)
    {
        path = await ResolveAsync(path);
        if (path.EndsWith("/policies", StringComparison.Ordinal))
        {
            return;
        }

        using var before = await _app.Admin.GetAsync(path).Soon();
        using var without = await _app.Admin.SendAsync("DELETE", path);
        await without.ProblemAsync(428, "if_match_required");
        await _app.Admin.DoAsync("PUT", path, body, "*");
        using var stale = await _app.Admin.SendAsync("DELETE", path, ifMatch: before.Headers.ETag!.ToString());
        if (path == "/api/backends/b")
        {
            // In use, which is found first.
            await stale.ProblemAsync(409, "in_use");
        }
        else
        {
            await stale.ProblemAsync(412, "etag_mismatch");
        }

        using var still = await _app.Admin.GetAsync(path).Soon();
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Replaceable))]
    public async Task Who_has_it_already_gets_304(string path, string body)
    {
        Assert.NotEmpty(body);
        path = await ResolveAsync(path);
        using var first = await _app.Admin.GetAsync(path).Soon();

        foreach (var known in new[] { first.Headers.ETag!.ToString(), $"\"other\", {first.Headers.ETag}", "*" })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
            using var response = await _app.Admin.SendAsync(request).Soon();
            Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
            Assert.Equal(first.Headers.ETag, response.Headers.ETag);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync().Soon());
        }
    }

    [Theory]
    [InlineData("\"not-one-of-ours\"", 412, "etag_mismatch")]
    [InlineData("\"Vy8iZGF0ZXRpbWUnMjAyMCdcclxueDogeSI\"", 412, "etag_mismatch")]
    [InlineData("W/\"weak\"", 412, "etag_mismatch")]
    [InlineData("unquoted", 400, "invalid_if_match")]
    [InlineData("\"a\", \"b\"", 400, "invalid_if_match")]
    public async Task A_tag_that_never_was_one_changes_nothing(string ifMatch, int status, string code)
    {
        using var response = await _app.Admin.SendAsync("PUT", "/api/products/p", """{"name":"changed"}""", ifMatch);

        await response.ProblemAsync(status, code);
        Assert.NotEqual("changed", (string?)(await _app.Admin.DoAsync("GET", "/api/products/p"))["name"]);
    }

    [Fact]
    public async Task Of_many_who_change_the_same_thing_from_the_same_tag_one_succeeds()
    {
        await _app.MakeProductAsync("contended");
        using var before = await _app.Admin.GetAsync("/api/products/contended").Soon();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => _app.Admin.SendAsync(
            "PUT",
            "/api/products/contended",
            $$"""{"name":"{{n}}"}""",
            before.Headers.ETag!.ToString()))).Soon();

        var done = Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a != done), a => Assert.Equal(HttpStatusCode.PreconditionFailed, a.StatusCode));
        Assert.Equal(
            (string?)(await done.JsonAsync())["name"],
            (string?)(await _app.Admin.DoAsync("GET", "/api/products/contended"))["name"]);
    }

    [Theory]
    [MemberData(nameof(Replaceable))]
    public async Task Of_a_crowd_one_wins_each_round_whatever_the_resource(string path, string body)
    {
        const int Crowd = 64;
        path = await ResolveAsync(path);
        for (var round = 0; round < 2; round++)
        {
            using var before = await _app.Admin.GetAsync(path).Soon();
            var tag = before.Headers.ETag!.ToString();

            var answers = await Task.WhenAll(
                Enumerable.Range(0, Crowd).Select(_ => _app.Admin.SendAsync("PUT", path, body, tag))).Soon();

            Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
            Assert.Equal(Crowd - 1, answers.Count(a => a.StatusCode == HttpStatusCode.PreconditionFailed));
            using var after = await _app.Admin.GetAsync(path).Soon();
            Assert.Equal(answers.Single(a => a.StatusCode == HttpStatusCode.OK).Headers.ETag, after.Headers.ETag);
        }
    }

    [Theory]
    [MemberData(nameof(Replaceable))]
    public async Task In_a_crowd_that_changes_it_whatever_it_is_everyone_succeeds(string path, string body)
    {
        path = await ResolveAsync(path);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => _app.Admin.SendAsync("PUT", path, body, "*"))).Soon();

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Theory]
    [InlineData("/api/backends/doomed", """{"name":"n","private_base_url":"http://h"}""")]
    [InlineData("/api/products/doomed", """{"name":"n"}""")]
    [InlineData("/api/products/p/backends/doomed", """{"path":"/doomed"}""")]
    public async Task Whoever_deletes_it_whatever_it_is_does_so_while_others_change_it(string path, string body)
    {
        await _app.Admin.SendAsync("POST", "/api/backends", """{"system_name":"doomed","name":"B","private_base_url":"http://b"}""");
        await _app.Admin.SendAsync("POST", "/api/products", """{"system_name":"doomed","name":"P"}""");
        if (path.Contains("/backends/", StringComparison.Ordinal) && path.StartsWith("/api/products", StringComparison.Ordinal))
        {
            await _app.Admin.SendAsync("POST", "/api/products/p/backends", """{"backend":"doomed","path":"/doomed"}""");
        }

        var changes = Enumerable.Range(0, 16).Select(_ => _app.Admin.SendAsync("PUT", path, body, "*")).ToList();
        using var deleted = await _app.Admin.SendAsync("DELETE", path, ifMatch: "*");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.All(
            await Task.WhenAll(changes).Soon(),
            answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{answer.StatusCode}"));
    }

    private async Task<string> ResolveAsync(string path) => path.Contains("{rule}", StringComparison.Ordinal)
        ? path.Replace(
            "{rule}",
            (string?)(await _app.Admin.DoAsync("GET", path[..path.IndexOf("/{", StringComparison.Ordinal)]))["items"]![0]!["id"],
            StringComparison.Ordinal)
        : path;
}
