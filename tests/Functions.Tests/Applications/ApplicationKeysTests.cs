using System.Net;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Applications;

public sealed class ApplicationKeysTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Keys_are_rotated_without_a_gap()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();
        var keys = $"/api/applications/{made["id"]}/keys";
        var old = (await app.Admin.DoAsync("GET", keys))["items"]!.AsArray().Single()!;

        using var created = await app.Admin.SendAsync("POST", keys, "{}");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.NotNull(created.Headers.ETag);
        var next = await created.JsonAsync();
        Assert.Equal($"{keys}/{next["id"]}", created.Headers.Location?.ToString());
        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
        Assert.Equal("yes", await market.JudgeAsync((string)next["user_key"]!));
        await app.Admin.DoAsync("DELETE", $"{keys}/{old["id"]}");

        Assert.Equal("user_key_deleted", await market.JudgeAsync((string)made["user_key"]!));
        Assert.Equal("yes", await market.JudgeAsync((string)next["user_key"]!));
        var left = (await app.Admin.DoAsync("GET", keys))["items"]!.AsArray().Single()!;
        Assert.Equal((string?)next["id"], (string?)left["id"]);
        Assert.Null(left["user_key"]);
        using var again = await app.Admin.SendAsync("DELETE", $"{keys}/{old["id"]}");
        await again.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task An_application_has_five_keys_at_most_however_many_are_asked_for_at_once()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();
        var keys = $"/api/applications/{made["id"]}/keys";

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => app.Admin.SendAsync("POST", keys, "{}"))).Soon();

        Assert.Equal(4, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            await refused.ProblemAsync(409, "too_many_keys");
        }

        Assert.Equal(5, (await app.Admin.DoAsync("GET", keys))["items"]!.AsArray().Count);
        foreach (var created in answers.Where(answer => answer.StatusCode == HttpStatusCode.Created))
        {
            Assert.Equal("yes", await market.JudgeAsync((string)(await created.JsonAsync())["user_key"]!));
        }
    }

    [Fact]
    public async Task A_key_that_is_taken_is_not_added()
    {
        var market = await Market.OpenAsync(app.Admin);
        var first = await market.SellAsync();
        var second = await market.SellAsync();
        var keys = $"/api/applications/{second["id"]}/keys";

        using var refused = await app.Admin.SendAsync("POST", keys, $$"""{"user_key":"{{first["user_key"]}}"}""");
        using var own = await app.Admin.SendAsync("POST", keys, $$"""{"user_key":"{{second["user_key"]}}"}""");

        await refused.ProblemAsync(409, "already_exists");
        await own.ProblemAsync(409, "already_exists");
        Assert.Single((await app.Admin.DoAsync("GET", keys))["items"]!.AsArray());
        Assert.Equal((string?)first["id"], (string?)(await market.AuthorizeAsync((string)first["user_key"]!))["application"]);
    }

    [Fact]
    public async Task A_deleted_key_may_be_given_again()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();
        var keys = $"/api/applications/{made["id"]}/keys";
        for (var round = 0; round < 3; round++)
        {
            var id = (await app.Admin.DoAsync("GET", keys))["items"]![0]!["id"];
            await app.Admin.DoAsync("DELETE", $"{keys}/{id}");
            Assert.Equal("user_key_deleted", await market.JudgeAsync((string)made["user_key"]!));

            await app.Admin.DoAsync("POST", keys, $$"""{"user_key":"{{made["user_key"]}}"}""");
            Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
        }
    }

    [Fact]
    public async Task Keys_of_an_unknown_application_are_not_found()
    {
        using var list = await app.Admin.GetAsync("/api/applications/none/keys").Soon();
        using var create = await app.Admin.SendAsync("POST", "/api/applications/none/keys", "{}");
        using var delete = await app.Admin.SendAsync("DELETE", "/api/applications/none/keys/0123456789ab");

        foreach (var answer in new[] { list, create, delete })
        {
            await answer.ProblemAsync(404, "not_found");
        }
    }
}
