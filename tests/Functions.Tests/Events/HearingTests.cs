using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Events;

/// <summary>A relay that has heard of a change asks a process that has not.</summary>
public sealed class HearingTests : IAsyncLifetime
{
    private FunctionsApp _one = null!;
    private FunctionsApp _other = null!;
    private Market _market = null!;
    private JsonNode _sold = null!;

    public async Task InitializeAsync()
    {
        // An answer may grow so old that no test passes because time went by.
        _one = await FunctionsApp.StartAsync(new Dictionary<string, string?> { ["Authorization:CacheSeconds"] = "60" });
        _other = await _one.RestartAsync(new Dictionary<string, string?> { ["Authorization:CacheSeconds"] = "60" });
        _market = await Market.OpenAsync(_one.Admin);
        _sold = await _market.SellAsync();
    }

    public async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        await _one.DisposeAsync();
    }

    [Fact]
    public async Task What_a_relay_has_heard_of_holds_in_the_answer_of_every_process()
    {
        Assert.Equal("yes", await JudgeAsync(null));
        await _market.LimitAsync("hits", "day", 0);
        var (unheard, first) = (await JudgeAsync(null), await JudgeAsync(await LatestAsync()));

        await ChangeAsync(1000);
        var second = await JudgeAsync(await LatestAsync());

        Assert.Equal(("yes", "metric_disabled", "yes"), (unheard, first, second));
    }

    [Fact]
    public async Task A_report_is_answered_with_the_limits_that_the_relay_has_heard_of()
    {
        await _market.LimitAsync("hits", "day", 7);
        Assert.Equal(7, await LimitAsync(0, null));

        await ChangeAsync(8);
        var first = await LimitAsync(1, await LatestAsync());
        await ChangeAsync(9);
        var second = await LimitAsync(2, await LatestAsync());

        Assert.Equal((8, 9), (first, second));
    }

    [Fact]
    public async Task A_relay_that_knows_of_more_than_there_is_gets_an_answer_all_the_same() =>
        Assert.Equal("yes", await JudgeAsync(long.MaxValue));

    private Task<JsonNode> ChangeAsync(int value) => _one.Admin.DoAsync(
        "PUT", $"/api/products/{_market.Product}/plans/{Market.Plan}/limits/hits.day", $$"""{"value":{{value}}}""", "*");

    private async Task<long> LatestAsync() => (long)(await _one.Admin.DoAsync("GET", "/api/relay/events"))["latest"]!;

    private Task<string> JudgeAsync(long? after) => (_market with { Admin = _other.Admin }).JudgeMembersAsync(
        $$"""
        "user_key":"{{_sold["user_key"]}}","usage":{"hits":1},"after_event":{{after?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}}
        """);

    private async Task<int> LimitAsync(int sequence, long? after)
    {
        var answer = await _other.Admin.DoAsync(
            "POST",
            "/api/relay/usage",
            new JsonObject
            {
                ["relay"] = "r",
                ["sequence"] = sequence,
                ["after_event"] = after,
                ["entries"] = new JsonArray(new JsonObject
                {
                    ["product"] = _market.Product,
                    ["application"] = (string)_sold["id"]!,
                    ["usage"] = new JsonObject { ["hits"] = 1 },
                }),
            }.ToJsonString());
        return (int)answer["entries"]![0]!["limits"]![0]!["limit"]!;
    }
}
