using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.AccessTokens;
using Serverless.Functions.Applications;
using Serverless.Functions.Housekeeping;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Tickets;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Housekeeping;

public sealed class CredentialChoresTests : IAsyncLifetime
{
    private readonly Household _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();

    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task A_deleted_key_says_so_for_a_month_and_is_unknown_afterwards()
    {
        var market = await Market.OpenAsync(_house.App.Admin);
        var made = await market.SellAsync();
        var second = await AddKeyAsync(made["id"]);
        await _house.App.Admin.DoAsync("DELETE", $"/api/applications/{made["id"]}/keys/{second["id"]}");

        _house.Clock.Ahead = TimeSpan.FromDays(29);
        Assert.Equal(0, await SweepKeysAsync());
        Assert.Equal("user_key_deleted", await market.JudgeAsync((string)second["user_key"]!));

        _house.Clock.Ahead = TimeSpan.FromDays(31);
        Assert.Equal(1, await SweepKeysAsync());
        Assert.Equal("user_key_invalid", await market.JudgeAsync((string)second["user_key"]!));
        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
    }

    [Fact]
    public async Task A_key_whose_deletion_broke_off_stays_refused()
    {
        var market = await Market.OpenAsync(_house.App.Admin);
        var made = await market.SellAsync();
        var applications = _house.App.Services.GetRequiredService<ApplicationsTable>();
        var read = (await applications.FindWithKeysAsync((string)made["id"]!, default).Soon())!;
        var key = read.Keys.Single(listed => listed.Kind == KeyKind.UserKey);
        await _house.App.Services.GetRequiredService<KeysTable>()
            .AlignAsync(key.Hash, market.Product, read.Application.ForKey(key).Delete(), default).Soon();

        _house.Clock.Ahead = TimeSpan.FromDays(31);
        Assert.Equal(0, await SweepKeysAsync());

        await _house.App.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:suspend");
        await _house.App.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:resume");
        Assert.Equal("user_key_deleted", await market.JudgeAsync((string)made["user_key"]!));
    }

    [Fact]
    public async Task A_ticket_that_nobody_came_with_goes_when_it_is_over()
    {
        var counter = await Counter.OpenAsync(_house.App);
        await counter.BuyAsync();

        Assert.Equal(0, await SweepTicketsAsync());

        _house.Clock.Ahead = TimeSpan.FromSeconds(31);
        var young = await counter.BuyAsync();
        Assert.Equal(1, await SweepTicketsAsync());
        Assert.Equal("yes", await counter.JudgeAsync(young));
    }

    [Fact]
    public async Task An_access_token_goes_a_month_after_it_expired_and_one_that_lives_stays()
    {
        var expires = DateTimeOffset.UtcNow.AddHours(1).ToString("O");
        await MakeTokenAsync($$"""{"name":"old","scopes":["read"],"expires_at":"{{expires}}"}""");
        await MakeTokenAsync("""{"name":"living","scopes":["read"]}""");

        _house.Clock.Ahead = TimeSpan.FromDays(30);
        Assert.Equal(0, await SweepTokensAsync());

        // The token, and the note of its use.
        _house.Clock.Ahead = TimeSpan.FromDays(30.1);
        Assert.Equal(2, await SweepTokensAsync());
        var left = (await _house.App.Admin.DoAsync("GET", "/api/access-tokens"))["items"]!.AsArray();
        Assert.Equal("living", (string?)Assert.Single(left)!["name"]);
        Assert.NotNull(left[0]!["last_used_at"]);
    }

    [Fact]
    public async Task A_note_of_the_use_of_a_token_that_is_gone_goes()
    {
        await _house.App.Services.GetRequiredService<AccessTokensTable>()
            .NoteUseAsync("0123456789abcdef", DateTimeOffset.UtcNow, default).Soon();

        Assert.Equal(1, await SweepTokensAsync());
    }

    private Task<int> SweepKeysAsync() => _house.SweepAsync<KeysChore>((chore, sweep) => chore.SweepAsync(sweep));

    private Task<int> SweepTicketsAsync() => _house.SweepAsync<TicketsChore>((chore, sweep) => chore.SweepAsync(sweep));

    private Task<int> SweepTokensAsync() => _house.SweepAsync<TokensChore>((chore, sweep) => chore.SweepAsync(sweep));

    private Task<System.Text.Json.Nodes.JsonNode> AddKeyAsync(object? application) =>
        _house.App.Admin.DoAsync("POST", $"/api/applications/{application}/keys", "{}");

    private async Task MakeTokenAsync(string json)
    {
        using var caller = _house.App.With((string)(await _house.App.Admin.DoAsync("POST", "/api/access-tokens", json))["token"]!);
        await caller.DoAsync("GET", "/api/products");
    }
}
