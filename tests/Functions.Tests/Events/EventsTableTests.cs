using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Functions.Events;
using Serverless.Functions.Housekeeping;
using Serverless.Functions.Tests.Housekeeping;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Events;

public sealed class EventsTableTests
{
    private static readonly Happening Something = new(EventKinds.ConnectionsClose) { Product = "p" };

    [Fact]
    public async Task Of_64_writers_in_four_processes_each_event_has_a_number_and_no_number_is_missing()
    {
        await using var one = await FunctionsApp.StartAsync();
        await using var two = await one.RestartAsync();
        await using var three = await one.RestartAsync();
        await using var four = await one.RestartAsync();
        EventLog[] logs = [Log(one), Log(two), Log(three), Log(four)];

        var written = await Task.WhenAll(Enumerable.Range(0, 64).Select(async writer =>
        {
            var first = await logs[writer % 4].AppendAsync(Something with { Product = $"p{writer}" });
            var second = await logs[writer % 4].AppendAsync(Something with { Product = $"p{writer}" });
            Assert.True(first.Sequence < second.Sequence);
            return new[] { first, second };
        })).Soon();

        var page = await Table(two).ReadAsync(0, default).Soon();
        Assert.Equal((128, true), (page.Latest, page.Complete));
        Assert.Equal(Enumerable.Range(1, 128).Select(number => (long)number), page.Events.Select(one => one.Sequence));
        Assert.Equal(written.SelectMany(both => both).OrderBy(one => one.Sequence), page.Events);
    }

    [Fact]
    public async Task Writers_that_nothing_brings_together_leave_no_gap_either()
    {
        await using var app = await FunctionsApp.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Table(app).AppendAsync([Something], default))).Soon();

        var page = await Table(app).ReadAsync(0, default).Soon();
        Assert.Equal(Enumerable.Range(1, 16).Select(number => (long)number), page.Events.Select(one => one.Sequence));
    }

    [Fact]
    public async Task A_page_holds_a_thousand_and_says_whether_something_is_missing_before_it()
    {
        await using var app = await FunctionsApp.StartAsync();
        await AppendAsync(app, 1005);

        var (none, all, rest, nothing, beyond) = (
            await ReadAsync(app, 1005), await ReadAsync(app, 0), await ReadAsync(app, 1000), await ReadAsync(app, 1004), await ReadAsync(app, 2000));

        Assert.Equal((0, 1005, true), none);
        Assert.Equal((1000, 1005, true), all);
        Assert.Equal((5, 1005, true), rest);
        Assert.Equal((1, 1005, true), nothing);

        // Of storage that is not there any more.
        Assert.Equal((0, 1005, false), beyond);
    }

    [Fact]
    public async Task Every_process_tells_of_the_same_history_from_the_first_question_on_and_another_storage_of_another()
    {
        await using var one = await FunctionsApp.StartAsync();
        await using var two = await one.RestartAsync();
        await using var elsewhere = await FunctionsApp.StartAsync();

        var begun = await Task.WhenAll(Table(one).BeginAsync(default), Table(two).BeginAsync(default)).Soon();
        var written = await Log(two).AppendAsync(Something).Soon();
        var page = await Table(one).ReadAsync(0, default).Soon();
        var other = await Table(elsewhere).BeginAsync(default).Soon();

        Assert.All([begun[1].Generation, written.Generation, page.Generation], name => Assert.Equal(begun[0].Generation, name));
        Assert.Equal([written], page.Events);
        Assert.NotNull(begun[0].Generation);
        Assert.NotEqual(other.Generation, begun[0].Generation);
    }

    [Fact]
    public async Task Events_of_more_than_a_day_ago_go_but_not_the_last_thousand()
    {
        var household = new Household();
        await household.InitializeAsync();
        await AppendAsync(household.App, 1010);
        Assert.Equal(0, await household.SweepAsync<EventsChore>((chore, sweep) => chore.SweepAsync(sweep)));

        household.Clock.Ahead = TimeSpan.FromHours(25);
        await AppendAsync(household.App, 5);
        var removed = await household.SweepAsync<EventsChore>((chore, sweep) => chore.SweepAsync(sweep));

        Assert.Equal(15, removed);
        Assert.Equal((1000, 1015, false), await ReadAsync(household.App, 0));
        Assert.Equal((1000, 1015, true), await ReadAsync(household.App, 15));
        await household.DisposeAsync();
    }

    private static async Task AppendAsync(FunctionsApp app, int events)
    {
        foreach (var some in Enumerable.Repeat(Something, events).Chunk(EventsTable.MostAtOnce))
        {
            await Table(app).AppendAsync(some, default).Soon();
        }
    }

    private static async Task<(int Count, long Latest, bool Complete)> ReadAsync(FunctionsApp app, long after)
    {
        var page = await Table(app).ReadAsync(after, default).Soon();
        return (page.Events.Count, page.Latest, page.Complete);
    }

    private static EventLog Log(FunctionsApp app) => app.Services.GetRequiredService<EventLog>();

    private static EventsTable Table(FunctionsApp app) => app.Services.GetRequiredService<EventsTable>();
}
