using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task The_app_is_healthy_while_storage_answers_and_says_so_when_it_does_not()
    {
        await using var storage = await Azurite.StartAsync().Soon();
        var settings = new Dictionary<string, string?> { ["Storage:ConnectionString"] = storage.ConnectionString };
        await using var app = await FunctionsApp.StartAsync(settings);
        Assert.Equal("""{"status":"ok"}""", (await app.Anonymous.DoAsync("GET", "/api/health")).ToJsonString());

        app.ExpectsErrors = true;
        await storage.DisposeAsync().Soon();
        using var health = await app.Anonymous.GetAsync("/api/health").Soon();
        await health.ProblemAsync(503, "storage_unavailable");
        Assert.Equal(TimeSpan.FromSeconds(5), health.Headers.RetryAfter?.Delta);
        using var list = await app.Admin.GetAsync("/api/products").Soon();
        await list.ProblemAsync(503, "storage_unavailable");
        using var write = await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p","name":"n"}""");
        await write.ProblemAsync(503, "storage_unavailable");
    }

    [Fact]
    public async Task A_storage_account_that_refuses_us_is_told_from_a_bug()
    {
        var storage = (await Azurite.SharedAsync().Soon()).NewAccount();
        var parts = storage.ConnectionString.Split(';').Select(p => p.StartsWith("AccountKey=", StringComparison.Ordinal)
            ? "AccountKey=" + Convert.ToBase64String(new byte[32])
            : p);
        await using var app = await FunctionsApp.StartAsync(new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = string.Join(';', parts),
        });
        app.ExpectsErrors = true;

        using var health = await app.Anonymous.GetAsync("/api/health").Soon();

        await health.ProblemAsync(503, "storage_unavailable");
    }
}
