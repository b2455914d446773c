using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Accounts;
using Serverless.Functions.Applications;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Applications;

/// <summary>What is left when a process ends between two writes, and that it is neither harmful nor for ever.</summary>
public sealed class InterruptionTests : IAsyncLifetime
{
    private readonly SetClock _clock = new();
    private FunctionsApp _app = null!;
    private Market _market = null!;

    private ApplicationsTable Applications => _app.Services.GetRequiredService<ApplicationsTable>();

    public async Task InitializeAsync()
    {
        _app = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(_clock));
        _market = await Market.OpenAsync(_app.Admin);
    }

    public Task DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Notes_of_nothing_are_not_listed_and_hold_account_and_plan_no_longer_than_a_request_may_take()
    {
        var product = await ProductAsync();
        await _app.Services.GetRequiredService<AccountsTable>().AddApplicationAsync(_market.Account, "ghost", "0", default).Soon();
        await _app.Services.GetRequiredService<PlansTable>().AddApplicationAsync(product, Market.Plan, "ghost", "0", default).Soon();
        string[] owners = [$"/api/accounts/{_market.Account}", $"/api/products/{_market.Product}/plans/{Market.Plan}"];

        Assert.Empty((await _app.Admin.DoAsync("GET", $"/api/accounts/{_market.Account}/applications"))["items"]!.AsArray());
        Assert.Empty((await _app.Admin.DoAsync("GET", $"/api/products/{_market.Product}/applications"))["items"]!.AsArray());
        foreach (var owner in owners)
        {
            using var refused = await _app.Admin.SendAsync("DELETE", owner, ifMatch: "*");
            await refused.ProblemAsync(409, "in_use");
        }

        _clock.Ahead = Dependents.LongestRequest + TimeSpan.FromMinutes(1);
        foreach (var owner in owners)
        {
            await _app.Admin.DoAsync("DELETE", owner, ifMatch: "*");
        }
    }

    [Fact]
    public async Task Notes_of_what_is_there_hold_account_and_plan_for_ever()
    {
        await _market.SellAsync();
        _clock.Ahead = TimeSpan.FromDays(400);

        foreach (var owner in new[] { $"/api/accounts/{_market.Account}", $"/api/products/{_market.Product}/plans/{Market.Plan}" })
        {
            using var refused = await _app.Admin.SendAsync("DELETE", owner, ifMatch: "*");
            await refused.ProblemAsync(409, "in_use");
        }
    }

    [Fact]
    public async Task An_application_whose_key_was_never_let_in_is_shown_and_can_be_deleted()
    {
        var product = await ProductAsync();
        var key = UserKey.Generate();
        var account = await _app.Services.GetRequiredService<AccountsTable>().FindAsync(_market.Account, default).Soon();
        var plan = await _app.Services.GetRequiredService<PlansTable>().FindAsync(product, Market.Plan, default).Soon();
        var record = new NewApplicationInput { Id = "half", Name = "Half" }
            .ToRecord(account!, product, plan!.Value, _clock.GetUtcNow());
        var keys = _app.Services.GetRequiredService<ApplicationKeys>();
        var stored = keys.Prepare(record.Value.AppId, new NewKey(KeyKind.UserKey, key));
        Assert.Equal(Write.Done, await Applications.AddAsync(record, [.. keys.PrepareIdentity(record.Value), stored], default).Soon());

        Assert.Equal("user_key_invalid", await _market.JudgeAsync(key));
        Assert.Equal(stored.Hash.Id, (string?)(await _app.Admin.DoAsync("GET", "/api/applications/half/keys"))["items"]![0]!["id"]);
        await _app.Admin.DoAsync("DELETE", "/api/applications/half", ifMatch: "*");

        Assert.Equal("user_key_deleted", await _market.JudgeAsync(key));
    }

    [Fact]
    public async Task A_deletion_that_broke_off_can_only_be_completed()
    {
        var made = await _market.SellAsync();
        var address = $"/api/applications/{made["id"]}";
        await BreakOffAsync(made, KeyState.Deleted);

        foreach (var (method, path, body) in new[]
        {
            ("POST", address + ":resume", null),
            ("POST", address + ":suspend", null),
            ("POST", address + "/keys", "{}"),
            ("PUT", address, """{"name":"N","plan":"basic"}"""),
        })
        {
            using var refused = await _app.Admin.SendAsync(method, path, body, method == "PUT" ? "*" : null);
            await refused.ProblemAsync(409, "being_deleted");
        }

        await _app.Admin.DoAsync("DELETE", address, ifMatch: "*");
        Assert.Equal("user_key_deleted", await _market.JudgeAsync((string)made["user_key"]!));
    }

    [Fact]
    public async Task A_suspension_that_broke_off_is_not_shown_as_done_and_is_completed_by_the_next()
    {
        var made = await _market.SellAsync();
        var address = $"/api/applications/{made["id"]}";
        await BreakOffAsync(made, KeyState.Suspended);
        Assert.Equal("live", (string?)(await _app.Admin.DoAsync("GET", address))["state"]);

        // Any change of the application brings its keys in line with what was begun.
        await _app.Admin.DoAsync("PUT", address, """{"name":"N","plan":"basic"}""", "*");
        Assert.Equal("application_not_active", await _market.JudgeAsync((string)made["user_key"]!));

        Assert.Equal("suspended", (string?)(await _app.Admin.DoAsync("POST", address + ":suspend"))["state"]);
        Assert.Equal("live", (string?)(await _app.Admin.DoAsync("POST", address + ":resume"))["state"]);
        Assert.Equal("yes", await _market.JudgeAsync((string)made["user_key"]!));
    }

    // As if the process had ended after the first write of a change.
    private async Task BreakOffAsync(System.Text.Json.Nodes.JsonNode made, KeyState wanted)
    {
        var now = (await Applications.FindAsync((string)made["id"]!, default).Soon())!;
        Assert.Equal(Write.Done, await Applications.ChangeAsync(now with { Wanted = wanted, Turn = now.Turn + 1 }, default).Soon());
    }

    private async Task<Product> ProductAsync() =>
        (await _app.Services.GetRequiredService<ProductsTable>().FindAsync(_market.Product, default).Soon())!.Value;
}
