using System.Net;
using Serverless.Functions.Promotion;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Promotion;

public sealed class RollbackTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_rollback_goes_to_what_was_served_before_and_the_next_further_back()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(3);

        using var first = await app.Admin.SendAsync("POST", workshop.Configs + "/production:rollback");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var served = await first.JsonAsync();
        Assert.Equal((2, 2), ((int)served["version"]!, (int)served["content"]!["version"]!));
        Assert.Equal(3, await workshop.ServedAsync("staging"));

        await app.Admin.DoAsync("POST", workshop.Configs + "/production:rollback");
        Assert.Equal(1, await workshop.ServedAsync("production"));
        using var none = await app.Admin.SendAsync("POST", workshop.Configs + "/production:rollback");
        await none.ProblemAsync(409, "nothing_to_roll_back");
        Assert.Equal(1, await workshop.ServedAsync("production"));
    }

    [Fact]
    public async Task A_rollback_may_go_to_any_version_that_was_served_and_to_no_other()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(3);
        await workshop.AddRuleAsync("/never-in-production");
        await workshop.PromoteAsync("staging");

        foreach (var version in new[] { 1, 3, 2, 2 })
        {
            await app.Admin.DoAsync("POST", workshop.Configs + "/production:rollback", $$"""{"version":{{version}}}""");
            Assert.Equal(version, await workshop.ServedAsync("production"));
        }

        using var refused = await app.Admin.SendAsync("POST", workshop.Configs + "/production:rollback", """{"version":4}""");
        await refused.ProblemAsync(409, "version_not_held");
    }

    [Fact]
    public async Task After_a_rollback_of_staging_the_draft_is_still_the_newest_version()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(2);
        await app.Admin.DoAsync("POST", workshop.Configs + "/staging:rollback");
        Assert.Equal(1, await workshop.ServedAsync("staging"));

        using var again = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote");

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(2, await workshop.ServedAsync("staging"));
        Assert.Equal(2, (await app.Admin.DoAsync("GET", workshop.Configs))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Without_anything_served_there_is_nothing_to_go_back_to()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);

        using var refused = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:rollback");

        await refused.ProblemAsync(409, "nothing_to_roll_back");
    }

    [Fact]
    public async Task The_history_tells_what_was_served_from_when_to_when_and_where_a_rollback_goes()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(3);
        await app.Admin.DoAsync("POST", workshop.Configs + "/production:rollback");
        var now = await app.Admin.DoAsync("GET", workshop.Configs + "/production");

        var history = await app.Admin.DoAsync("GET", workshop.Configs + "/production/history");

        var served = history["served"]!.AsArray();
        Assert.Equal(1, (int?)history["rollback_to"]);
        Assert.Equal([2, 3, 2, 1], served.Select(time => (int)time!["version"]!));
        Assert.Equal((string?)now["promoted_at"], (string?)served[0]!["from"]);
        Assert.Null(served[0]!["until"]);
        Assert.All(served.Zip(served.Skip(1)), pair => Assert.Equal((string?)pair.First!["from"], (string?)pair.Second!["until"]));
    }

    [Fact]
    public async Task Where_nothing_was_served_there_is_no_history()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);

        using var none = await app.Admin.SendAsync("GET", workshop.Configs + "/staging/history");

        await none.ProblemAsync(404, "not_found");
    }

    [Fact]
    public void A_rollback_after_a_promotion_goes_to_what_was_really_served_before()
    {
        var now = DateTimeOffset.UnixEpoch;
        var record = EnvironmentRecord.First("production", "p", "g", 1, now).Promote(2, now).Promote(3, now);

        var back = record.RollBack(now)!.RollBack(now)!.Promote(4, now);

        Assert.Equal([1], back.Before);
        Assert.Equal([1, 2, 3, 4], back.Held);
        Assert.Equal(1, back.RollBack(now)!.Version);
        Assert.Equal(3, back.RollBackTo(3, now)!.Version);
        Assert.Equal([1, 4], back.RollBackTo(3, now)!.Before);
        Assert.Null(back.RollBackTo(5, now));
    }

    [Fact]
    public void An_environment_remembers_a_thousand_versions()
    {
        var record = EnvironmentRecord.First("production", "p", "g", 1, DateTimeOffset.UnixEpoch);
        for (var version = 2; version <= 1_500; version++)
        {
            record = record.Promote(version, DateTimeOffset.UnixEpoch);
        }

        Assert.Equal((1_000, 1_000), (record.Before.Count, record.Held.Count));
        Assert.Equal(1_499, record.RollBack(DateTimeOffset.UnixEpoch)!.Version);
    }
}
