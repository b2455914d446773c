using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Authorization;

public sealed class LimitCountingTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task As_many_as_the_limit_are_let_in_of_a_crowd_that_asks_at_once()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "eternity", 37);
        var key = (string)(await market.SellAsync())["user_key"]!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => market.JudgeAsync(key))).Soon();

        Assert.Equal(37, answers.Count(answer => answer == "yes"));
        Assert.Equal(63, answers.Count(answer => answer == "limits_exceeded"));
    }

    [Fact]
    public async Task Several_instances_together_let_in_no_more_than_the_limit_and_no_less()
    {
        await using var second = await app.RestartAsync();
        await using var third = await app.RestartAsync();
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "eternity", 25);
        await market.LimitAsync("hits", "year", 1_000);
        var key = (string)(await market.SellAsync())["user_key"]!;
        Market[] instances = [market, market with { Admin = second.Admin }, market with { Admin = third.Admin }];

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => instances[n % 3].JudgeAsync(key))).Soon();

        Assert.Equal(25, answers.Count(answer => answer == "yes"));
        Assert.Equal(35, answers.Count(answer => answer == "limits_exceeded"));
    }

    [Fact]
    public async Task All_limits_of_all_metrics_in_use_count_together_or_not_at_all()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.AddMetricAsync("messages");
        await market.LimitAsync("hits", "eternity", 10);
        await market.LimitAsync("messages", "eternity", 3);
        var key = (string)(await market.SellAsync())["user_key"]!;

        Assert.Equal("limits_exceeded", await market.JudgeAsync(key, """{"hits":1,"messages":4}"""));
        Assert.Equal("yes", await market.JudgeAsync(key, """{"hits":9,"messages":3}"""));
        Assert.Equal("limits_exceeded", await market.JudgeAsync(key, """{"hits":1,"messages":1}"""));
        Assert.Equal("yes", await market.JudgeAsync(key, """{"hits":1}"""));
        Assert.Equal("limits_exceeded", await market.JudgeAsync(key, """{"hits":1}"""));
        Assert.Equal("yes", await market.JudgeAsync(key, """{"hits":0,"messages":0}"""));
        Assert.Equal("yes", await market.JudgeAsync(key, """{"unheard":9223372036854775807}"""));
    }

    [Fact]
    public async Task A_window_starts_anew_when_the_time_it_told_has_passed()
    {
        var clock = new SetClock();
        await using var own = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var market = await Market.OpenAsync(own.Admin);
        await market.LimitAsync("hits", "minute", 2);
        await market.LimitAsync("hits", "day", 5);
        var key = (string)(await market.SellAsync())["user_key"]!;

        // From the first second of a minute, early in a day: neither ends while this runs.
        var now = clock.GetUtcNow();
        clock.Ahead = now.UtcDateTime.Date.AddDays(1).AddHours(1).AddSeconds(1) - now.UtcDateTime;
        Assert.Equal(["yes", "yes", "limits_exceeded"], [await market.JudgeAsync(key), await market.JudgeAsync(key), await market.JudgeAsync(key)]);
        var minute = await market.AuthorizeAsync(key);
        Assert.InRange((int)minute["retry_after_seconds"]!, 20, 59);
        Assert.Equal(0, (int?)minute["cache_seconds"]);

        clock.Ahead += TimeSpan.FromSeconds((int)minute["retry_after_seconds"]!);
        Assert.Equal(["yes", "yes", "limits_exceeded"], [await market.JudgeAsync(key), await market.JudgeAsync(key), await market.JudgeAsync(key)]);
        clock.Ahead += TimeSpan.FromMinutes(1);
        Assert.Equal(["yes", "limits_exceeded"], [await market.JudgeAsync(key), await market.JudgeAsync(key)]);
        var day = await market.AuthorizeAsync(key);
        Assert.InRange((int)day["retry_after_seconds"]!, 22 * 3600, 23 * 3600);
    }

    [Fact]
    public async Task A_limit_for_eternity_tells_no_time_to_come_back()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "eternity", 1);
        var made = await market.SellAsync();
        var key = (string)made["user_key"]!;
        var first = await market.AuthorizeAsync(key);

        var second = await market.AuthorizeAsync(key);

        Assert.Equal(0, (int?)first["cache_seconds"]);
        Assert.Equal(
            $$"""{"authorized":false,"reason":"limits_exceeded","application":"{{made["id"]}}","key":"{{first["key"]}}","plan":"basic","cache_seconds":0}""",
            second.ToJsonString());
    }

    [Fact]
    public async Task A_limit_of_zero_disables_the_metric()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.AddMetricAsync("messages");
        await market.LimitAsync("messages", "month", 0);
        var key = (string)(await market.SellAsync())["user_key"]!;

        Assert.Equal("metric_disabled", await market.JudgeAsync(key, """{"messages":1}"""));
        Assert.Equal("yes", await market.JudgeAsync(key, """{"messages":0,"hits":1}"""));
    }

    [Fact]
    public async Task An_application_made_again_begins_with_nothing_used()
    {
        var market = await Market.OpenAsync(app.Admin);
        await market.LimitAsync("hits", "eternity", 1);
        for (var round = 0; round < 2; round++)
        {
            var made = await market.SellAsync($"\"id\":\"again-{market.Product}\"");
            Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
            Assert.Equal("limits_exceeded", await market.JudgeAsync((string)made["user_key"]!));
            await app.Admin.DoAsync("DELETE", $"/api/applications/{made["id"]}", ifMatch: "*");
        }
    }

    [Fact]
    public async Task A_changed_limit_counts_when_the_remembered_one_is_as_old_as_an_answer_may_be()
    {
        var clock = new SetClock();
        await using var own = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var market = await Market.OpenAsync(own.Admin);
        var key = (string)(await market.SellAsync())["user_key"]!;
        Assert.Equal("yes", await market.JudgeAsync(key));
        await market.LimitAsync("hits", "eternity", 0);

        clock.Ahead = TimeSpan.FromSeconds(11);

        Assert.Equal("metric_disabled", await market.JudgeAsync(key));
    }
}
