using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Crashes;

/// <summary>There is no change without its entry in the audit log.</summary>
public sealed class AuditFirstTests : CutOffTests
{
    [Fact]
    public async Task A_change_that_cannot_be_written_down_is_refused_and_not_done()
    {
        await Victim.Admin.DoAsync("POST", "/api/accounts", """{"system_name":"a","name":"Old"}""");
        Fuse.CutOff = "testsaudit";

        using var refused = await Victim.Admin.SendAsync("PUT", "/api/accounts/a", """{"name":"New"}""", "*");

        await refused.ProblemAsync(503, "storage_unavailable");
        Assert.Equal("Old", (string?)(await Healthy.Admin.DoAsync("GET", "/api/accounts/a"))["name"]);
    }

    [Fact]
    public async Task A_change_whose_end_cannot_be_written_down_is_told_and_its_entry_says_that_nobody_knows()
    {
        await Victim.MakeProductAsync("p");

        // The entry, and the change; not how it ended.
        Fuse.Arm(2);
        using var changed = await Victim.Admin.SendAsync("PUT", "/api/products/p", """{"name":"New"}""", "*");

        Assert.Equal(200, (int)changed.StatusCode);
        var entry = (await Healthy.Admin.DoAsync("GET", "/api/audit"))["items"]![0]!;
        Assert.Equal(("products-replace", "unknown", "n"), ((string?)entry["action"], (string?)entry["outcome"], (string?)entry["before"]!["name"]));
    }
}
