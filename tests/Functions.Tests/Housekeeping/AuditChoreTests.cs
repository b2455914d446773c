using Serverless.Functions.Housekeeping;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Housekeeping;

public sealed class AuditChoreTests : IAsyncLifetime
{
    private readonly Household _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();

    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Days_beyond_the_retention_go_and_later_ones_stay()
    {
        await _house.App.MakeProductAsync("first");
        _house.Clock.Ahead = TimeSpan.FromDays(2);
        await _house.App.MakeProductAsync("second");

        _house.Clock.Ahead = TimeSpan.FromDays(364);
        Assert.Equal(0, await SweepAsync());

        // The entry, and the day.
        _house.Clock.Ahead = TimeSpan.FromDays(366);
        Assert.Equal(2, await SweepAsync());
        var left = (await _house.App.Admin.DoAsync("GET", "/api/audit"))["items"]!.AsArray();
        Assert.Equal("/api/products/second", (string?)Assert.Single(left)!["resource"]);
        Assert.Equal(2, (await _house.RowsAsync("audit")).Count);
    }

    private Task<int> SweepAsync() => _house.SweepAsync<AuditChore>((chore, sweep) => chore.SweepAsync(sweep));
}
