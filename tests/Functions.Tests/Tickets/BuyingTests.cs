using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Tickets;

public sealed class BuyingTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Who_has_a_key_gets_a_ticket_of_half_a_minute_without_a_token()
    {
        var counter = await Counter.OpenAsync(app);

        using var answer = await counter.TryBuyAsync($"\"user_key\":\"{counter.Key}\",\"path\":\"/room/7\"");

        Assert.Equal((HttpStatusCode.Created, "no-store"), (answer.StatusCode, answer.Headers.CacheControl?.ToString()));
        var sold = await answer.JsonAsync();
        Assert.Matches("^sgtk_[A-Za-z0-9_-]{43}$", (string)sold["ticket"]!);
        Assert.InRange((DateTimeOffset)sold["expires_at"]! - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_pair_buys_as_a_user_key_does()
    {
        var counter = await Counter.OpenAsync(app, "\"credentials\":{\"mode\":\"app_id\"}");
        var pair = $"\"app_id\":\"{counter.Application["app_id"]}\",\"app_key\":\"{counter.Application["app_key"]}\"";

        var sold = await app.Anonymous.DoAsync("POST", counter.Tickets, $$"""{{{pair}},"path":"/"}""");

        Assert.Equal("yes", await counter.JudgeAsync((string)sold["ticket"]!, "/"));
    }

    [Theory]
    [InlineData("\"user_key\":\"0123456789abcdef\"", "user_key_invalid")]
    [InlineData("\"user_key\":\"short\"", "user_key_invalid")]
    [InlineData("\"app_id\":\"nobody\",\"app_key\":\"nothing\"", "application_not_found")]
    public async Task Who_has_none_is_told_what_a_relay_would_be_told(string credential, string code)
    {
        var counter = await Counter.OpenAsync(app);

        using var answer = await counter.TryBuyAsync(credential + ",\"path\":\"/\"");

        await answer.ProblemAsync(403, code);
    }

    [Fact]
    public async Task An_application_that_is_suspended_or_of_another_product_buys_nothing()
    {
        var (counter, other) = (await Counter.OpenAsync(app), await Counter.OpenAsync(app));

        using var foreign = await other.TryBuyAsync($"\"user_key\":\"{counter.Key}\",\"path\":\"/\"");
        await foreign.ProblemAsync(403, "user_key_of_another_product");
        await app.Admin.DoAsync("POST", $"/api/applications/{counter.Application["id"]}:suspend");
        using var suspended = await counter.TryBuyAsync($"\"user_key\":\"{counter.Key}\",\"path\":\"/\"");

        await suspended.ProblemAsync(403, "application_not_active");
    }

    [Fact]
    public async Task Buying_counts_nothing_and_is_not_stopped_by_what_is_used_up()
    {
        var counter = await Counter.OpenAsync(app);
        await counter.Market.LimitAsync("hits", "eternity", 1);

        var tickets = new[] { await counter.BuyAsync(), await counter.BuyAsync(), await counter.BuyAsync() };

        Assert.Equal("yes", await counter.JudgeAsync(tickets[0]));
        Assert.Equal("limits_exceeded", await counter.JudgeAsync(tickets[1]));
        Assert.Equal("limits_exceeded", await counter.Market.JudgeAsync(counter.Key));
        Assert.NotNull(await counter.BuyAsync());
    }

    [Fact]
    public async Task Where_referrers_are_looked_at_the_origin_has_to_be_one_of_them()
    {
        var counter = await Counter.OpenAsync(app, "\"referrer_filters_required\":true");
        await app.Admin.DoAsync(
            "POST",
            $"/api/applications/{counter.Application["id"]}/referrer-filters",
            """{"value":"*.acme.example"}""");

        Assert.NotNull(await counter.BuyAsync(origin: "https://www.acme.example:8443"));
        foreach (var origin in new[] { "", ",\"origin\":\"https://www.evil.example\"" })
        {
            using var refused = await counter.TryBuyAsync($"\"user_key\":\"{counter.Key}\",\"path\":\"/\"{origin}");
            await refused.ProblemAsync(403, "referrer_not_allowed");
        }
    }

    [Theory]
    [InlineData("", "/user_key required", "/path required")]
    [InlineData("\"user_key\":\"k\",\"app_id\":\"a\",\"path\":\"/\"", "/app_key required", "/app_id second_credential")]
    [InlineData("\"app_id\":\"a\",\"path\":\"/\"", "/app_key required")]
    [InlineData("\"user_key\":\"k\",\"path\":\"room\"", "/path invalid_path")]
    [InlineData("\"user_key\":\"k\",\"path\":\"\"", "/path invalid_path")]
    [InlineData("\"user_key\":\"k\",\"path\":\"/a?b=1\"", "/path invalid_path")]
    [InlineData("\"user_key\":\"k\",\"path\":\"/a#b\"", "/path invalid_path")]
    [InlineData("\"user_key\":\"k\",\"path\":\"/a b\"", "/path invalid_path")]
    [InlineData("\"user_key\":\"k\",\"path\":\"/\u00e4\"", "/path invalid_path")]
    [InlineData("\"user_key\":\"k\",\"path\":\"/\",\"origin\":\"app.example.com\"", "/origin invalid_origin")]
    [InlineData("\"user_key\":\"k\",\"path\":\"/\",\"origin\":\"https://app.example.com/\"", "/origin invalid_origin")]
    [InlineData("\"user_key\":\"k\",\"path\":\"/\",\"origin\":\"https://u@app.example.com\"", "/origin invalid_origin")]
    [InlineData("\"user_key\":\"k\",\"path\":\"/\",\"origin\":\"null\"", "/origin invalid_origin")]
    [InlineData("\"client_id\":\"c\",\"path\":\"/\",\"user_key\":\"k\"", "/client_id unknown_member")]
    public async Task A_purchase_that_makes_no_sense_is_refused_by_member(string members, params string[] errors)
    {
        var counter = await Counter.OpenAsync(app);

        using var answer = await counter.TryBuyAsync(members);

        var code = errors[0].EndsWith("unknown_member", StringComparison.Ordinal) ? "unknown_member" : "invalid";
        Assert.Equal(errors, (await answer.ProblemAsync(400, code)).Errors());
    }

    [Theory]
    [InlineData(2047, false)]
    [InlineData(2048, true)]
    public async Task A_path_may_be_as_long_as_an_address(int letters, bool isTooLong)
    {
        var counter = await Counter.OpenAsync(app);

        using var answer = await counter.TryBuyAsync($"\"user_key\":\"{counter.Key}\",\"path\":\"/{new string('p', letters)}\"");

        Assert.Equal(isTooLong ? HttpStatusCode.BadRequest : HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task An_application_buys_so_many_in_the_life_of_a_ticket_and_no_more()
    {
        var clock = new SetClock();
        await using var own = await FunctionsApp.StartAsync(
            new Dictionary<string, string?> { ["Tickets:MostPerApplication"] = "2" },
            services => services.AddSingleton<TimeProvider>(clock));
        var (counter, other) = (await Counter.OpenAsync(own), await Counter.OpenAsync(own));
        await counter.BuyAsync();
        await counter.BuyAsync();

        using var third = await counter.TryBuyAsync($"\"user_key\":\"{counter.Key}\",\"path\":\"/\"");

        await third.ProblemAsync(429, "too_many_tickets");
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.NotNull(await other.BuyAsync());
        clock.Ahead = TimeSpan.FromSeconds(31);
        Assert.NotNull(await counter.BuyAsync());
    }
}
