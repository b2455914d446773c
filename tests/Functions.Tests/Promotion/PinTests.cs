using System.Net;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Promotion;

public sealed class PinTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_pinned_environment_stays_on_its_version_until_it_is_unpinned()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(2);
        var pinned = await app.Admin.DoAsync("POST", workshop.Configs + "/production:pin", """{"reason":"Ask Ada"}""");
        Assert.Equal((2, "Ask Ada"), ((int)pinned["version"]!, (string)pinned["pin"]!["reason"]!));
        await workshop.AddRuleAsync("/new");
        await workshop.PromoteAsync("staging");

        foreach (var action in new[] { "promote", "rollback" })
        {
            using var refused = await app.Admin.SendAsync("POST", $"{workshop.Configs}/production:{action}");
            Assert.Contains("Ask Ada", (string?)(await refused.ProblemAsync(409, "pinned"))["detail"], StringComparison.Ordinal);
        }

        Assert.Equal(2, await workshop.ServedAsync("production"));
        var unpinned = await app.Admin.DoAsync("POST", workshop.Configs + "/production:unpin");
        Assert.Null(unpinned["pin"]);
        await workshop.PromoteAsync("production");
        Assert.Equal(3, await workshop.ServedAsync("production"));
    }

    [Fact]
    public async Task A_pin_goes_to_a_version_that_was_held_and_to_no_other()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        using var early = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:pin");
        await early.ProblemAsync(409, "nothing_served");
        using var earlyUnpin = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:unpin");
        await earlyUnpin.ProblemAsync(409, "nothing_served");
        await workshop.ReleaseAsync(3);

        await app.Admin.DoAsync("POST", workshop.Configs + "/staging:pin", """{"version":1}""");
        using var never = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:pin", """{"version":4}""");

        await never.ProblemAsync(409, "version_not_held");
        Assert.Equal(1, await workshop.ServedAsync("staging"));
        Assert.Equal(3, await workshop.ServedAsync("production"));

        // Production takes what staging serves, pinned or not.
        using var other = await app.Admin.SendAsync("POST", workshop.Configs + "/production:promote", """{"version":3}""");
        await other.ProblemAsync(409, "version_not_in_staging");

        // Pinned already, it may still be pinned elsewhere; afterwards it is rolled back as if it had never been pinned.
        await app.Admin.DoAsync("POST", workshop.Configs + "/staging:pin", """{"version":2,"reason":"R"}""");
        Assert.Equal(2, await workshop.ServedAsync("staging"));
        await app.Admin.DoAsync("POST", workshop.Configs + "/staging:unpin", "{}");
        await app.Admin.DoAsync("POST", workshop.Configs + "/staging:rollback");
        Assert.Equal(1, await workshop.ServedAsync("staging"));
    }

    [Fact]
    public async Task Pins_are_set_under_conditions_and_with_bodies_that_make_sense()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(1);
        using var read = await app.Admin.SendAsync("GET", workshop.Configs + "/staging");
        var tag = read.Headers.ETag!.ToString();

        using var pinned = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:pin", ifMatch: tag);
        Assert.Equal(HttpStatusCode.OK, pinned.StatusCode);
        using var stale = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:pin", ifMatch: tag);
        await stale.ProblemAsync(412, "etag_mismatch");
        using var staleUnpin = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:unpin", ifMatch: tag);
        await staleUnpin.ProblemAsync(412, "etag_mismatch");
        using var wrong = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:pin", """{"version":0,"reason":"","x":1}""");
        Assert.Equal(
            ["/x unknown_member", "/version out_of_range", "/reason empty"],
            (await wrong.ProblemAsync(400, "invalid")).Errors());
        using var nowhere = await app.Admin.SendAsync("POST", workshop.Configs + "/test:pin");
        await nowhere.ProblemAsync(404, "not_found");
    }
}
