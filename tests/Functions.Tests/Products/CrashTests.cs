using System.Net;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Storage;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Products;

/// <summary>A process that ends between any two writes leaves nothing that the API cannot show, repair or delete.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private readonly WriteGate _gate = new();
    private FunctionsApp _app = null!;
    private FunctionsApp _dying = null!;

    public async Task InitializeAsync()
    {
        _app = await FunctionsApp.StartAsync();
        _dying = await _gate.StandBeforeAsync(_app);
        _dying.ExpectsErrors = true;

        // The tables are there, or making them would count.
        await MakeBackendAsync("first");
        await _app.MakeProductAsync("first");
        await _app.Admin.DoAsync("POST", "/api/products/first/backends", """{"backend":"first"}""");
    }

    public async Task DisposeAsync()
    {
        await _dying.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("backends", "{\"system_name\":\"x\",\"name\":\"n\",\"private_base_url\":\"http://h\"}")]
    [InlineData("products", "{\"system_name\":\"x\",\"name\":\"n\"}")]
    public async Task Making_is_whole_or_nothing_and_can_be_done_again(string kind, string body)
    {
        await EachAsync(
            () => Task.CompletedTask,
            "POST",
            $"/api/{kind}",
            body,
            async () =>
            {
                using var read = await _app.Admin.GetAsync($"/api/{kind}/x").Soon();
                using var again = await _app.Admin.SendAsync("POST", $"/api/{kind}", body);
                Assert.Equal(read.StatusCode == HttpStatusCode.OK ? HttpStatusCode.Conflict : HttpStatusCode.Created, again.StatusCode);
                Assert.Equal(["hits"], await NamesAsync($"/api/{kind}/x/metrics"));
                await _app.Admin.DoAsync("DELETE", $"/api/{kind}/x", ifMatch: "*");
            });
    }

    [Fact]
    public async Task Deleting_a_backend_leaves_it_whole_or_gone_and_nothing_for_the_next_of_its_name()
    {
        await EachAsync(
            async () =>
            {
                await MakeBackendAsync("x");
                await _app.Admin.DoAsync("POST", "/api/backends/x/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
            },
            "DELETE",
            "/api/backends/x",
            null,
            async () =>
            {
                using var read = await _app.Admin.GetAsync("/api/backends/x").Soon();
                if (read.StatusCode == HttpStatusCode.OK)
                {
                    Assert.Equal(["hits", "m"], await NamesAsync("/api/backends/x/metrics"));
                    await _app.Admin.DoAsync("DELETE", "/api/backends/x", ifMatch: "*");
                }

                await MakeBackendAsync("x");
                Assert.Equal(["hits"], await NamesAsync("/api/backends/x/metrics"));
                await _app.Admin.DoAsync("DELETE", "/api/backends/x", ifMatch: "*");
            });
    }

    [Fact]
    public async Task Deleting_a_product_leaves_it_whole_or_gone_and_nothing_for_the_next_of_its_name()
    {
        await EachAsync(
            async () =>
            {
                await _app.MakeProductAsync("x");
                await _app.Admin.DoAsync("POST", "/api/products/x/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
                await _app.Admin.DoAsync("POST", "/api/products/x/backends", """{"backend":"first"}""");
            },
            "DELETE",
            "/api/products/x",
            null,
            async () =>
            {
                using var read = await _app.Admin.GetAsync("/api/products/x").Soon();
                if (read.StatusCode == HttpStatusCode.OK)
                {
                    Assert.Equal(["hits", "m"], await NamesAsync("/api/products/x/metrics"));
                    await _app.Admin.DoAsync("DELETE", "/api/products/x", ifMatch: "*");
                }

                await _app.MakeProductAsync("x");
                Assert.Equal(["hits"], await NamesAsync("/api/products/x/metrics"));
                Assert.Equal("""{"items":[]}""", (await _app.Admin.DoAsync("GET", "/api/products/x/backends")).ToJsonString());
                await _app.Admin.DoAsync("DELETE", "/api/products/x", ifMatch: "*");
            });
    }

    [Fact]
    public async Task Using_a_backend_is_whole_or_nothing_and_can_be_done_again()
    {
        await MakeBackendAsync("used");
        await EachAsync(
            () => Task.CompletedTask,
            "POST",
            "/api/products/first/backends",
            """{"backend":"used","path":"/used"}""",
            async () =>
            {
                using var again = await _app.Admin.SendAsync(
                    "POST",
                    "/api/products/first/backends",
                    """{"backend":"used","path":"/used"}""");
                Assert.True(again.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict);
                await _app.Admin.DoAsync("DELETE", "/api/products/first/backends/used", ifMatch: "*");
            });
    }

    [Fact]
    public async Task A_backend_that_was_taken_out_half_can_be_taken_out_or_put_in_again()
    {
        await MakeBackendAsync("used");
        await EachAsync(
            () => _app.Admin.DoAsync("POST", "/api/products/first/backends", """{"backend":"used","path":"/used"}"""),
            "DELETE",
            "/api/products/first/backends/used",
            null,
            async () =>
            {
                using var read = await _app.Admin.GetAsync("/api/products/first/backends/used").Soon();
                using var again = await _app.Admin.SendAsync(
                    "POST",
                    "/api/products/first/backends",
                    """{"backend":"used","path":"/used"}""");
                Assert.Equal(read.StatusCode == HttpStatusCode.OK ? HttpStatusCode.Conflict : HttpStatusCode.Created, again.StatusCode);
                await _app.Admin.DoAsync("DELETE", "/api/products/first/backends/used", ifMatch: "*");
            });
    }

    // The request ends after each of its writes in turn, the first time before any, until it gets through.
    private async Task EachAsync(Func<Task> prepareAsync, string method, string path, string? body, Func<Task> checkAsync)
    {
        for (var writes = 0; ; writes++)
        {
            Assert.InRange(writes, 0, 10);
            await prepareAsync();
            _gate.Open(writes);
            using var response = await _dying.Admin.SendAsync(method, path, body, method == "POST" ? null : "*");
            await checkAsync();
            if (response.IsSuccessStatusCode)
            {
                Assert.NotEqual(0, writes);
                return;
            }

            Assert.True((int)response.StatusCode >= 500, $"{response.StatusCode} after {writes} writes");
        }
    }

    private Task<JsonNode> MakeBackendAsync(string name) => _app.Admin.DoAsync(
        "POST",
        "/api/backends",
        $$"""{"system_name":"{{name}}","name":"n","private_base_url":"http://h"}""");

    private async Task<IReadOnlyList<string?>> NamesAsync(string path) =>
        [.. (await _app.Admin.DoAsync("GET", path)).Made().Select(item => (string?)item["system_name"])];
}
