using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Backends;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Products;

public sealed class UsedBackendsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_backend_is_put_into_a_product_moved_and_taken_out()
    {
        await MakeAsync("p-life", "b-life");

        using var created = await app.Admin.SendAsync("POST", "/api/products/p-life/backends", """{"backend":"b-life","path":"a/b/"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/products/p-life/backends/b-life", created.Headers.Location?.ToString());
        using var read = await app.Admin.GetAsync("/api/products/p-life/backends/b-life").Soon();
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        Assert.Equal("""{"backend":"b-life","path":"/a/b"}""", await read.Content.ReadAsStringAsync().Soon());

        using var moved = await app.Admin.SendAsync(
            "PUT",
            "/api/products/p-life/backends/b-life",
            """{"path":"/c"}""",
            created.Headers.ETag!.ToString());
        Assert.Equal("""{"backend":"b-life","path":"/c"}""", (await moved.JsonAsync()).ToJsonString());
        using var again = await app.Admin.SendAsync("PUT", "/api/products/p-life/backends/b-life", "{}", moved.Headers.ETag!.ToString());
        Assert.Equal("""{"backend":"b-life","path":"/"}""", (await again.JsonAsync()).ToJsonString());

        await app.Admin.DoAsync("DELETE", "/api/products/p-life/backends/b-life", ifMatch: again.Headers.ETag!.ToString());
        Assert.Equal("""{"items":[]}""", (await app.Admin.DoAsync("GET", "/api/products/p-life/backends")).ToJsonString());
    }

    [Fact]
    public async Task A_path_belongs_to_one_backend_until_it_moves_away()
    {
        await MakeAsync("p-path", "b-one", "b-two");
        await app.Admin.DoAsync("POST", "/api/products/p-path/backends", """{"backend":"b-one","path":"/Taken"}""");

        using var taken = await app.Admin.SendAsync("POST", "/api/products/p-path/backends", """{"backend":"b-two","path":"/taken/"}""");
        await taken.ProblemAsync(409, "path_taken");
        await app.Admin.DoAsync("POST", "/api/products/p-path/backends", """{"backend":"b-two"}""");
        using var into = await app.Admin.SendAsync("PUT", "/api/products/p-path/backends/b-two", """{"path":"/taken"}""", "*");
        await into.ProblemAsync(409, "path_taken");

        await app.Admin.DoAsync("PUT", "/api/products/p-path/backends/b-one", """{"path":"/elsewhere"}""", "*");
        await app.Admin.DoAsync("PUT", "/api/products/p-path/backends/b-two", """{"path":"/taken"}""", "*");
    }

    [Fact]
    public async Task A_product_uses_a_backend_once()
    {
        await MakeAsync("p-once", "b-once");
        await app.Admin.DoAsync("POST", "/api/products/p-once/backends", """{"backend":"b-once","path":"/a"}""");

        using var elsewhere = await app.Admin.SendAsync("POST", "/api/products/p-once/backends", """{"backend":"b-once","path":"/b"}""");
        await elsewhere.ProblemAsync(409, "already_exists");
        using var same = await app.Admin.SendAsync("POST", "/api/products/p-once/backends", """{"backend":"b-once","path":"/a"}""");
        await same.ProblemAsync(409, "already_exists");
    }

    [Fact]
    public async Task A_backend_that_does_not_exist_is_refused_by_name_and_nothing_is_written()
    {
        await MakeAsync("p-none");

        using var response = await app.Admin.SendAsync("POST", "/api/products/p-none/backends", """{"backend":"nowhere"}""");

        Assert.Equal(["/backend unknown_backend"], (await response.ProblemAsync(400, "invalid")).Errors());
        Assert.Equal("""{"items":[]}""", (await app.Admin.DoAsync("GET", "/api/products/p-none/backends")).ToJsonString());
    }

    [Fact]
    public async Task A_backend_stays_while_a_product_uses_it()
    {
        await MakeAsync("p-keeps", "b-kept");
        await app.Admin.DoAsync("POST", "/api/products/p-keeps/backends", """{"backend":"b-kept"}""");

        using var refused = await app.Admin.SendAsync("DELETE", "/api/backends/b-kept", ifMatch: "*");
        Assert.Contains("p-keeps", (string?)(await refused.ProblemAsync(409, "in_use"))["detail"], StringComparison.Ordinal);

        await app.Admin.DoAsync("DELETE", "/api/products/p-keeps/backends/b-kept", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", "/api/backends/b-kept", ifMatch: "*");
    }

    [Fact]
    public async Task A_backend_may_go_when_the_products_that_used_it_are_gone()
    {
        await MakeAsync("p-gone", "b-free");
        await app.Admin.DoAsync("POST", "/api/products/p-gone/backends", """{"backend":"b-free"}""");
        await app.Admin.DoAsync("DELETE", "/api/products/p-gone", ifMatch: "*");

        await app.Admin.DoAsync("DELETE", "/api/backends/b-free", ifMatch: "*");
    }

    [Fact]
    public async Task A_note_that_a_crash_left_keeps_a_backend_for_minutes_and_not_for_ever()
    {
        var clock = new SetClock();
        await using var later = await app.RestartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        await MakeAsync("p-crash", "b-crash");
        await app.Services.GetRequiredService<BackendUses>()
            .AddAsync(new("b-crash", "p-crash", "0123456789abcdef"), default).Soon();

        using var refused = await later.Admin.SendAsync("DELETE", "/api/backends/b-crash", ifMatch: "*");
        await refused.ProblemAsync(409, "in_use");

        clock.Ahead = TimeSpan.FromMinutes(6);
        await later.Admin.DoAsync("DELETE", "/api/backends/b-crash", ifMatch: "*");
    }

    [Fact]
    public async Task A_backend_deleted_while_products_begin_to_use_it_is_either_gone_or_used()
    {
        for (var round = 0; round < 5; round++)
        {
            await MakeAsync($"p-race{round}", $"b-race{round}");
            var use = app.Admin.SendAsync("POST", $"/api/products/p-race{round}/backends", $$"""{"backend":"b-race{{round}}"}""");
            var delete = app.Admin.SendAsync("DELETE", $"/api/backends/b-race{round}", ifMatch: "*");
            await Task.WhenAll(use, delete).Soon();

            using var backend = await app.Admin.GetAsync($"/api/backends/b-race{round}").Soon();
            using var usage = await app.Admin.GetAsync($"/api/products/p-race{round}/backends/b-race{round}").Soon();
            Assert.Equal((await use).StatusCode == HttpStatusCode.Created, usage.StatusCode == HttpStatusCode.OK);
            Assert.Equal(backend.StatusCode, usage.StatusCode);
        }
    }

    [Theory]
    [InlineData("a//b")]
    [InlineData("/../b")]
    [InlineData("/a b")]
    [InlineData("/a?b")]
    [InlineData("/a%2Fb")]
    [InlineData("//")]
    [InlineData("/a//")]
    [InlineData("")]
    public async Task A_path_that_is_none_is_refused(string path)
    {
        using var response = await app.Admin.SendAsync("POST", "/api/products/any/backends", $$"""{"backend":"b","path":"{{path}}"}""");

        Assert.Equal(["/path invalid_path"], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    private async Task MakeAsync(string product, params string[] backends)
    {
        await app.Admin.DoAsync("POST", "/api/products", $$"""{"system_name":"{{product}}","name":"n"}""");
        foreach (var backend in backends)
        {
            await app.Admin.DoAsync(
                "POST",
                "/api/backends",
                $$"""{"system_name":"{{backend}}","name":"n","private_base_url":"http://h"}""");
        }
    }
}
