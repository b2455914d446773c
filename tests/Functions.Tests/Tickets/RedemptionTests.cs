using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Tickets;

public sealed class RedemptionTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    private const string Page = "https://app.example.com";

    [Fact]
    public async Task A_ticket_lets_in_the_application_that_bought_it_once()
    {
        var counter = await Counter.OpenAsync(app);
        var ticket = await counter.BuyAsync();

        var answer = await counter.UseAsync(ticket);

        Assert.Equal(
            $$"""{"authorized":true,"application":"{{counter.Application["id"]}}","plan":"basic","cache_seconds":0}""",
            answer.ToJsonString());
        Assert.Equal("ticket_invalid", await counter.JudgeAsync(ticket));
    }

    [Fact]
    public async Task Of_a_crowd_at_two_processes_that_comes_with_one_ticket_one_is_let_in()
    {
        await using var second = await app.RestartAsync();
        var counter = await Counter.OpenAsync(app);
        for (var round = 0; round < 5; round++)
        {
            var ticket = await counter.BuyAsync();

            var answers = await Task.WhenAll(Enumerable.Range(0, 12)
                .Select(n => counter.JudgeAsync(ticket, relay: n % 2 == 0 ? app.Admin : second.Admin))).Soon();

            Assert.Equal(1, answers.Count(answer => answer == "yes"));
            Assert.Equal(11, answers.Count(answer => answer == "ticket_invalid"));
        }
    }

    [Theory]
    [InlineData(null, "/other", Page)]
    [InlineData(null, "/room/", Page)]
    [InlineData(null, "/ROOM", Page)]
    [InlineData(null, "/room", null)]
    [InlineData(null, "/room", "https://evil.example.com")]
    [InlineData(null, "/room", "http://app.example.com")]
    [InlineData(null, "/room", "https://app.example.com:8443")]
    [InlineData(null, "/room", "https://app.example.com/")]
    [InlineData(null, "/room", "null")]
    [InlineData("other", "/room", Page)]
    public async Task For_another_product_path_or_origin_it_is_worth_nothing_and_used_up_all_the_same(
        string? product, string path, string? origin)
    {
        var counter = await Counter.OpenAsync(app);
        var elsewhere = product is null ? counter : await Counter.OpenAsync(app);
        var ticket = await counter.BuyAsync(origin: Page);

        Assert.Equal("ticket_invalid", await elsewhere.JudgeAsync(ticket, path, origin));
        Assert.Equal("ticket_invalid", await counter.JudgeAsync(ticket, origin: Page));
    }

    [Theory]
    [InlineData("https://app.example.com", "https://app.example.com")]
    [InlineData("HTTPS://App.Example.com:443", "https://app.example.com")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    [InlineData("chrome-extension://abcdef", "chrome-extension://abcdef")]
    [InlineData(null, "https://anybody.example")]
    [InlineData(null, null)]
    public async Task An_origin_is_compared_as_browsers_spell_it_and_only_if_there_is_one(string? bought, string? used)
    {
        var counter = await Counter.OpenAsync(app);

        Assert.Equal("yes", await counter.JudgeAsync(await counter.BuyAsync(origin: bought), origin: used));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ticket")]
    [InlineData("sgtk_")]
    [InlineData("sgtk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sgtk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/")]
    public async Task What_nobody_has_bought_is_no_ticket(string text)
    {
        var counter = await Counter.OpenAsync(app);

        Assert.Equal("ticket_invalid", await counter.JudgeAsync(text));
    }

    [Theory]
    [InlineData(29, "yes")]
    [InlineData(31, "ticket_invalid")]
    public async Task It_is_good_for_half_a_minute(int seconds, string expected)
    {
        var clock = new SetClock { Still = DateTimeOffset.UtcNow };
        await using var own = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var counter = await Counter.OpenAsync(own);
        var ticket = await counter.BuyAsync();

        clock.Ahead = TimeSpan.FromSeconds(seconds);

        Assert.Equal(expected, await counter.JudgeAsync(ticket));
    }

    [Fact]
    public async Task What_the_key_may_no_more_the_ticket_may_no_more()
    {
        var counter = await Counter.OpenAsync(app);
        var application = $"/api/applications/{counter.Application["id"]}";
        var own = "own-" + Guid.NewGuid().ToString("N");
        var second = await app.Admin.DoAsync("POST", application + "/keys", $$"""{"user_key":"{{own}}"}""");
        var (first, last) = (await counter.BuyAsync(), await counter.BuyAsync());
        var ofSecond = (string)(await app.Anonymous.DoAsync("POST", counter.Tickets, $$"""{"user_key":"{{own}}","path":"/room"}"""))["ticket"]!;

        await app.Admin.DoAsync("DELETE", $"{application}/keys/{second["id"]}");
        Assert.Equal("ticket_invalid", await counter.JudgeAsync(ofSecond));
        await app.Admin.DoAsync("POST", application + ":suspend");
        Assert.Equal("application_not_active", await counter.JudgeAsync(first));
        await app.Admin.DoAsync("DELETE", application, ifMatch: "*");
        Assert.Equal("ticket_invalid", await counter.JudgeAsync(last));
    }

    [Fact]
    public async Task A_ticket_of_a_key_that_somebody_else_has_by_now_is_nobodys()
    {
        var counter = await Counter.OpenAsync(app);
        var ticket = await counter.BuyAsync();
        await app.Admin.DoAsync("DELETE", $"/api/applications/{counter.Application["id"]}", ifMatch: "*");
        await counter.Market.SellAsync($"\"user_key\":\"{counter.Key}\"");
        Assert.Equal("yes", await counter.Market.JudgeAsync(counter.Key));

        Assert.Equal("ticket_invalid", await counter.JudgeAsync(ticket));
    }

    [Fact]
    public async Task The_ticket_and_its_key_are_in_no_row_of_storage_and_in_no_line_of_a_log()
    {
        await using var own = await FunctionsApp.StartAsync();
        var counter = await Counter.OpenAsync(own);
        var ticket = await counter.BuyAsync();

        var rows = await own.Services.GetRequiredService<TableAccount>().Table("tickets")
            .ScanAsync("", null, default).ToListAsync().Soon();

        var row = Assert.Single(rows);
        Assert.DoesNotContain(row, column => $"{column.Value}".Contains(ticket, StringComparison.Ordinal) || $"{column.Value}".Contains(counter.Key, StringComparison.Ordinal));
        Assert.Equal("yes", await counter.JudgeAsync(ticket));
        Assert.Equal("ticket_invalid", await counter.JudgeAsync(ticket));
        Assert.DoesNotContain(own.Log.Lines, line => line.Contains(ticket, StringComparison.Ordinal) || line.Contains(counter.Key, StringComparison.Ordinal));
    }
}
