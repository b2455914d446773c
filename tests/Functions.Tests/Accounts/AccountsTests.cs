using System.Net;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Accounts;

public sealed class AccountsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task An_account_is_made_read_replaced_and_deleted()
    {
        using var created = await app.Admin.SendAsync("POST", "/api/accounts", """{"system_name":"acme","name":"Acme"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/accounts/acme", created.Headers.Location?.ToString());
        var tag = created.Headers.ETag!.ToString();
        using var read = await app.Admin.GetAsync("/api/accounts/acme").Soon();
        Assert.Equal(tag, read.Headers.ETag?.ToString());
        Assert.Equal("""{"system_name":"acme","name":"Acme","state":"approved"}""", await read.Content.ReadAsStringAsync().Soon());

        using var replaced = await app.Admin.SendAsync("PUT", "/api/accounts/acme", """{"name":"Other"}""", tag);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        using var late = await app.Admin.SendAsync("PUT", "/api/accounts/acme", """{"name":"Late"}""", tag);
        await late.ProblemAsync(412, "etag_mismatch");
        using var lateDelete = await app.Admin.SendAsync("DELETE", "/api/accounts/acme", ifMatch: tag);
        await lateDelete.ProblemAsync(412, "etag_mismatch");
        Assert.Equal("Other", (string?)(await app.Admin.DoAsync("GET", "/api/accounts/acme"))["name"]);

        using var deleted = await app.Admin.SendAsync("DELETE", "/api/accounts/acme", ifMatch: replaced.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await app.Admin.GetAsync("/api/accounts/acme").Soon();
        Assert.Equal("There is no account 'acme'.", (string?)(await gone.ProblemAsync(404, "not_found"))["detail"]);
    }

    [Fact]
    public async Task An_account_that_is_there_is_not_made_again()
    {
        await app.Admin.DoAsync("POST", "/api/accounts", """{"system_name":"twice","name":"First"}""");

        using var second = await app.Admin.SendAsync("POST", "/api/accounts", """{"system_name":"twice","name":"Second"}""");

        await second.ProblemAsync(409, "already_exists");
        Assert.Equal("First", (string?)(await app.Admin.DoAsync("GET", "/api/accounts/twice"))["name"]);
    }

    [Fact]
    public async Task An_account_can_be_made_again_after_its_deletion()
    {
        for (var i = 0; i < 3; i++)
        {
            await app.Admin.DoAsync("POST", "/api/accounts", """{"system_name":"again","name":"Again"}""");
            await app.Admin.DoAsync("DELETE", "/api/accounts/again", ifMatch: "*");
        }
    }

    [Fact]
    public async Task An_account_with_applications_is_not_deleted()
    {
        var market = await Market.OpenAsync(app.Admin);
        var application = await market.SellAsync();

        using var refused = await app.Admin.SendAsync("DELETE", $"/api/accounts/{market.Account}", ifMatch: "*");
        await refused.ProblemAsync(409, "in_use");
        await app.Admin.DoAsync("DELETE", $"/api/applications/{application["id"]}", ifMatch: "*");

        await app.Admin.DoAsync("DELETE", $"/api/accounts/{market.Account}", ifMatch: "*");
    }

    [Fact]
    public async Task A_list_comes_in_parts()
    {
        await using var own = await FunctionsApp.StartAsync();
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            await own.Admin.DoAsync("POST", "/api/accounts", $$"""{"system_name":"{{name}}","name":"N"}""");
        }

        var first = await own.Admin.DoAsync("GET", "/api/accounts?limit=3");
        var second = await own.Admin.DoAsync("GET", $"/api/accounts?limit=3&continue={first["next"]}");

        Assert.Equal(["a", "b", "c"], first["items"]!.AsArray().Select(item => (string)item!["system_name"]!));
        Assert.Equal(["d", "e"], second["items"]!.AsArray().Select(item => (string)item!["system_name"]!));
        Assert.Null(second["next"]);
    }
}
