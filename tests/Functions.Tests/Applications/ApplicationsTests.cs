using System.Net;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Applications;

public sealed class ApplicationsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task An_application_is_made_with_a_key_that_is_shown_once()
    {
        var market = await Market.OpenAsync(app.Admin);

        using var created = await market.TrySellAsync("\"id\":\"shop\",\"description\":\"d\"");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/applications/shop", created.Headers.Location?.ToString());
        var made = await created.JsonAsync();
        using var read = await app.Admin.GetAsync("/api/applications/shop").Soon();
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        var shown = await read.JsonAsync();
        Assert.Null(shown["user_key"]);
        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
        made.AsObject().Remove("user_key");
        Assert.Equal(made.ToJsonString(), shown.ToJsonString());
        Assert.Equal(
            (market.Account, market.Product, "basic", "Application", "d", "live"),
            ((string?)shown["account"], (string?)shown["product"], (string?)shown["plan"], (string?)shown["name"],
                (string?)shown["description"], (string?)shown["state"]));
    }

    [Fact]
    public async Task A_key_may_be_brought_along()
    {
        var market = await Market.OpenAsync(app.Admin);
        var key = "my-own.key_" + Guid.NewGuid().ToString("N");

        var made = await market.SellAsync($"\"user_key\":\"{key}\"");

        Assert.Equal(key, (string?)made["user_key"]);
        Assert.Equal("yes", await market.JudgeAsync(key));
    }

    [Fact]
    public async Task Two_applications_of_a_product_never_share_a_key()
    {
        var market = await Market.OpenAsync(app.Admin);
        var first = await market.SellAsync();

        using var second = await market.TrySellAsync($"\"id\":\"loser\",\"user_key\":\"{first["user_key"]}\"");

        var problem = await second.ProblemAsync(409, "already_exists");
        Assert.DoesNotContain((string)first["user_key"]!, problem.ToJsonString(), StringComparison.Ordinal);
        using var loser = await app.Admin.GetAsync("/api/applications/loser").Soon();
        Assert.Equal(HttpStatusCode.NotFound, loser.StatusCode);
        Assert.Single((await app.Admin.DoAsync("GET", $"/api/products/{market.Product}/applications"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Of_many_who_want_the_same_key_at_once_one_gets_it_and_the_others_leave_nothing()
    {
        var market = await Market.OpenAsync(app.Admin);
        var key = Guid.NewGuid().ToString("N");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => market.TrySellAsync($"\"user_key\":\"{key}\""))).Soon();

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        var winner = await answers.Single(answer => answer.StatusCode == HttpStatusCode.Created).JsonAsync();
        foreach (var loser in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            await loser.ProblemAsync(409, "already_exists");
        }

        Assert.Equal((string?)winner["id"], (string?)(await market.AuthorizeAsync(key))["application"]);
        var listed = await app.Admin.DoAsync("GET", $"/api/accounts/{market.Account}/applications");
        Assert.Equal([(string)winner["id"]!], listed["items"]!.AsArray().Select(item => (string)item!["id"]!));
        await app.Admin.DoAsync("DELETE", $"/api/applications/{winner["id"]}", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", $"/api/accounts/{market.Account}", ifMatch: "*");
    }

    [Fact]
    public async Task Of_many_who_want_the_same_identifier_at_once_one_gets_it()
    {
        var market = await Market.OpenAsync(app.Admin);
        var id = "i-" + Guid.NewGuid().ToString("N")[..8];

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => market.TrySellAsync($"\"id\":\"{id}\""))).Soon();

        var winner = await Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created).JsonAsync();
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict));
        Assert.Equal("yes", await market.JudgeAsync((string)winner["user_key"]!));
        Assert.Single((await app.Admin.DoAsync("GET", $"/api/applications/{id}/keys"))["items"]!.AsArray());
        await app.Admin.DoAsync("DELETE", $"/api/applications/{id}", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", $"/api/accounts/{market.Account}", ifMatch: "*");
    }

    [Fact]
    public async Task What_an_application_names_has_to_be_there()
    {
        var market = await Market.OpenAsync(app.Admin);

        using var noAccount = await app.Admin.SendAsync(
            "POST",
            "/api/accounts/none/applications",
            $$"""{"product":"{{market.Product}}","plan":"basic","name":"N"}""");
        await noAccount.ProblemAsync(404, "not_found");
        using var noProduct = await app.Admin.SendAsync(
            "POST",
            $"/api/accounts/{market.Account}/applications",
            """{"product":"none","plan":"basic","name":"N"}""");
        Assert.Equal(["/product unknown_product"], (await noProduct.ProblemAsync(400, "invalid")).Errors());
        using var noPlan = await app.Admin.SendAsync(
            "POST",
            $"/api/accounts/{market.Account}/applications",
            $$"""{"product":"{{market.Product}}","plan":"none","name":"N"}""");
        Assert.Equal(["/plan unknown_plan"], (await noPlan.ProblemAsync(400, "invalid")).Errors());
        Assert.Empty((await app.Admin.DoAsync("GET", $"/api/accounts/{market.Account}/applications"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Name_description_and_plan_can_be_replaced_and_the_plan_counts_at_once()
    {
        var market = await Market.OpenAsync(app.Admin);
        await app.Admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"none","name":"None"}""");
        await app.Admin.DoAsync(
            "POST",
            $"/api/products/{market.Product}/plans/none/limits",
            """{"metric":"hits","period":"day","value":0}""");
        var made = await market.SellAsync();
        var address = $"/api/applications/{made["id"]}";
        using var read = await app.Admin.GetAsync(address).Soon();
        var tag = read.Headers.ETag!.ToString();

        // As it was read, with a change in it.
        var changed = await read.JsonAsync();
        changed["name"] = "Other";
        changed["plan"] = "none";
        using var replaced = await app.Admin.SendAsync("PUT", address, changed.ToJsonString(), tag);

        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.Equal(changed.ToJsonString(), (await app.Admin.DoAsync("GET", address)).ToJsonString());
        var answer = await market.AuthorizeAsync((string)made["user_key"]!);
        Assert.Equal(("metric_disabled", "none"), ((string?)answer["reason"], (string?)answer["plan"]));
        await app.Admin.DoAsync("DELETE", $"/api/products/{market.Product}/plans/basic", ifMatch: "*");
        using var used = await app.Admin.SendAsync("DELETE", $"/api/products/{market.Product}/plans/none", ifMatch: "*");
        await used.ProblemAsync(409, "in_use");
        using var late = await app.Admin.SendAsync("PUT", address, """{"name":"Late","plan":"none"}""", tag);
        await late.ProblemAsync(412, "etag_mismatch");
        using var unknown = await app.Admin.SendAsync("PUT", address, """{"name":"N","plan":"basic"}""", "*");
        Assert.Equal(["/plan unknown_plan"], (await unknown.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_suspended_application_is_refused_at_once_and_let_in_again_when_resumed()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();
        var address = $"/api/applications/{made["id"]}";
        string[] keys =
        [
            (string)made["user_key"]!,
            (string)(await app.Admin.DoAsync("POST", address + "/keys", "{}"))["user_key"]!,
        ];

        Assert.Equal("suspended", (string?)(await app.Admin.DoAsync("POST", address + ":suspend"))["state"]);
        string[] third = [(string)(await app.Admin.DoAsync("POST", address + "/keys", "{}"))["user_key"]!];

        foreach (var key in keys.Concat(third))
        {
            Assert.Equal("application_not_active", await market.JudgeAsync(key));
        }

        Assert.Equal("suspended", (string?)(await app.Admin.DoAsync("POST", address + ":suspend"))["state"]);
        Assert.Equal("live", (string?)(await app.Admin.DoAsync("POST", address + ":resume"))["state"]);
        foreach (var key in keys.Concat(third))
        {
            Assert.Equal("yes", await market.JudgeAsync(key));
        }
    }

    [Fact]
    public async Task Actions_take_a_condition()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();
        using var read = await app.Admin.GetAsync($"/api/applications/{made["id"]}").Soon();
        var tag = read.Headers.ETag!.ToString();
        await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:suspend", ifMatch: tag);

        using var stale = await app.Admin.SendAsync("POST", $"/api/applications/{made["id"]}:resume", ifMatch: tag);

        await stale.ProblemAsync(412, "etag_mismatch");
        Assert.Equal("application_not_active", await market.JudgeAsync((string)made["user_key"]!));
    }

    [Fact]
    public async Task Suspensions_and_resumptions_that_overlap_leave_state_and_keys_agreed()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();
        var address = $"/api/applications/{made["id"]}";
        var second = (string)(await app.Admin.DoAsync("POST", address + "/keys", "{}"))["user_key"]!;

        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
                app.Admin.DoAsync("POST", address + (i % 2 == 0 ? ":suspend" : ":resume")))).Soon();

            var state = (string?)(await app.Admin.DoAsync("GET", address))["state"];
            var expected = state == "live" ? "yes" : "application_not_active";
            Assert.Equal(expected, await market.JudgeAsync((string)made["user_key"]!));
            Assert.Equal(expected, await market.JudgeAsync(second));
        }
    }

    [Fact]
    public async Task A_deleted_application_leaves_keys_that_are_known_to_be_deleted()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync("\"id\":\"gone-" + market.Product + "\"");
        var address = $"/api/applications/{made["id"]}";

        using var unconditional = await app.Admin.SendAsync("DELETE", address);
        await unconditional.ProblemAsync(428, "if_match_required");
        using var deleted = await app.Admin.SendAsync("DELETE", address, ifMatch: "*");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("user_key_deleted", await market.JudgeAsync((string)made["user_key"]!));
        foreach (var path in new[] { address, address + "/keys" })
        {
            using var gone = await app.Admin.GetAsync(path).Soon();
            await gone.ProblemAsync(404, "not_found");
        }

        Assert.Empty((await app.Admin.DoAsync("GET", $"/api/accounts/{market.Account}/applications"))["items"]!.AsArray());
        Assert.Empty((await app.Admin.DoAsync("GET", $"/api/products/{market.Product}/applications"))["items"]!.AsArray());

        // Identifier and key are free again.
        await market.SellAsync($"\"id\":\"{made["id"]}\",\"user_key\":\"{made["user_key"]}\"");
        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
    }

    [Fact]
    public async Task Lists_by_account_and_by_product_come_in_parts()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((string)(await market.SellAsync())["id"]!);
        }

        foreach (var list in new[] { $"/api/accounts/{market.Account}/applications", $"/api/products/{market.Product}/applications" })
        {
            var first = await app.Admin.DoAsync("GET", list + "?limit=3");
            var second = await app.Admin.DoAsync("GET", $"{list}?limit=3&continue={first["next"]}");

            Assert.Equal(3, first["items"]!.AsArray().Count);
            Assert.Equal(
                made.Order(),
                first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item => (string)item!["id"]!));
            Assert.Null(second["next"]);
        }
    }
}
