using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Housekeeping;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Housekeeping;

/// <summary>Two processes on the same tables, of one clock that can be put ahead.</summary>
public sealed class Household : IAsyncLifetime
{
    internal SetClock Clock { get; } = new();

    /// <summary>The process that a test works with.</summary>
    public FunctionsApp App { get; private set; } = null!;

    private FunctionsApp Other { get; set; } = null!;

    public async Task InitializeAsync()
    {
        App = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(Clock));
        Other = await App.RestartAsync(services: services => services.AddSingleton<TimeProvider>(Clock));
    }

    public async Task DisposeAsync()
    {
        await Other.DisposeAsync();
        await App.DisposeAsync();
    }

    /// <summary>Does a chore in both processes at once, and then again, and says how many rows that has removed.</summary>
    internal async Task<int> SweepAsync<TChore>(Func<TChore, Sweep, Task> sweepAsync)
        where TChore : notnull
    {
        Sweep[] sweeps = [new("", default), new("", default)];
        await Task.WhenAll(sweeps.Zip([App, Other], (sweep, app) =>
            sweepAsync(app.Services.GetRequiredService<TChore>(), sweep))).Soon();

        var again = new Sweep("", default);
        await sweepAsync(App.Services.GetRequiredService<TChore>(), again).Soon();
        Assert.Equal(0, again.Removed);
        return sweeps.Sum(sweep => sweep.Removed);
    }

    /// <summary>The rows of a table.</summary>
    internal async Task<IReadOnlyList<TableEntity>> RowsAsync(string table) => await App.Services
        .GetRequiredService<TableAccount>().Table(table).ScanAsync("", null, default).ToListAsync().Soon();

    /// <summary>The keys of its rows.</summary>
    internal async Task<IReadOnlyList<string>> KeysAsync(string table) =>
        [.. (await RowsAsync(table)).Select(row => $"{row.PartitionKey} {row.RowKey}")];
}
