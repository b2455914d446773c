using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Crashes;

/// <summary>There is no change without its entry in the audit log.</summary>
public sealed class AuditFirstTests : IAsyncLifetime
{
    private readonly Fuse _fuse = new();
    private FunctionsApp _app = null!;
    private FunctionsApp _healthy = null!;

    public async Task InitializeAsync()
    {
        _app = await FunctionsApp.StartAsync(services: _fuse.Protect);
        _app.ExpectsErrors = true;
        _healthy = await _app.RestartAsync();
    }

    public async Task DisposeAsync()
    {
        await _healthy.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_change_that_cannot_be_written_down_is_refused_and_not_done()
    {
        await _app.Admin.DoAsync("POST", "/api/accounts", """{"system_name":"a","name":"Old"}""");
        _fuse.CutOff = "testsaudit";

        using var refused = await _app.Admin.SendAsync("PUT", "/api/accounts/a", """{"name":"New"}""", "*");

        await refused.ProblemAsync(503, "storage_unavailable");
        Assert.Equal("Old", (string?)(await _healthy.Admin.DoAsync("GET", "/api/accounts/a"))["name"]);
    }

    [Fact]
    public async Task A_change_whose_end_cannot_be_written_down_is_told_and_its_entry_says_that_nobody_knows()
    {
        await _app.MakeProductAsync("p");

        // The entry, and the change; not how it ended.
        _fuse.Arm(2);
        using var changed = await _app.Admin.SendAsync("PUT", "/api/products/p", """{"name":"New"}""", "*");

        Assert.Equal(200, (int)changed.StatusCode);
        var entry = (await _healthy.Admin.DoAsync("GET", "/api/audit"))["items"]![0]!;
        Assert.Equal(("products-replace", "unknown", "n"), ((string?)entry["action"], (string?)entry["outcome"], (string?)entry["before"]!["name"]));
    }
}
