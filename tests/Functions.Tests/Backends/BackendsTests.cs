using System.Net;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Backends;

public sealed class BackendsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_backend_is_made_read_replaced_and_deleted()
    {
        using var created = await app.Admin.SendAsync(
            "POST",
            "/api/backends",
            """{"system_name":"story","name":"Story","private_base_url":"wss://localhost:8443","tls":{"insecure":true}}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/backends/story", created.Headers.Location?.ToString());
        var tag = created.Headers.ETag!.ToString();

        using var read = await app.Admin.GetAsync("/api/backends/story").Soon();
        Assert.Equal(tag, read.Headers.ETag?.ToString());
        Assert.Equal(
            """{"system_name":"story","name":"Story","private_base_url":"wss://localhost:8443","tls":{"insecure":true}}""",
            await read.Content.ReadAsStringAsync().Soon());

        using var replaced = await app.Admin.SendAsync(
            "PUT",
            "/api/backends/story",
            """{"name":"Other","description":"d","private_base_url":"http://h/base"}""",
            tag);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.NotEqual(tag, replaced.Headers.ETag?.ToString());
        var now = await app.Admin.DoAsync("GET", "/api/backends/story");
        Assert.Equal(
            """{"system_name":"story","name":"Other","description":"d","private_base_url":"http://h/base"}""",
            now.ToJsonString());

        using var deleted = await app.Admin.SendAsync("DELETE", "/api/backends/story", ifMatch: replaced.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await app.Admin.GetAsync("/api/backends/story").Soon();
        var problem = await gone.ProblemAsync(404, "not_found");
        Assert.Equal("There is no backend 'story'.", (string?)problem["detail"]);
    }
}
