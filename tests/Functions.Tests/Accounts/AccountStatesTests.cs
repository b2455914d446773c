using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Accounts;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Accounts;

/// <summary>The states of accounts, and that the keys of their applications follow.</summary>
public sealed class AccountStatesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    private static readonly Dictionary<string, (string To, string[] From)> Steps = new()
    {
        ["approve"] = ("approved", ["created", "pending", "rejected"]),
        ["reject"] = ("rejected", ["created", "pending", "approved"]),
        ["make-pending"] = ("pending", ["created", "approved", "rejected"]),
        ["suspend"] = ("suspended", ["approved"]),
        ["resume"] = ("approved", ["suspended"]),
    };

    [Theory]
    [InlineData("created")]
    [InlineData("pending")]
    [InlineData("approved")]
    [InlineData("rejected")]
    [InlineData("suspended")]
    public async Task A_step_leads_where_it_may_or_is_refused_with_the_state_there_is(string from)
    {
        foreach (var (step, (to, allowed)) in Steps)
        {
            var address = await MakeAsync(from);

            using var answer = await app.Admin.SendAsync("POST", $"{address}:{step}");

            var expected = from;
            if (from == to || allowed.Contains(from))
            {
                expected = to;
                Assert.Equal(to, (string?)(await answer.JsonAsync())["state"]);
            }
            else
            {
                var problem = await answer.ProblemAsync(409, "wrong_state");
                Assert.Contains($"is {from};", (string?)problem["detail"], StringComparison.Ordinal);
            }

            Assert.Equal(expected, (string?)(await app.Admin.DoAsync("GET", address))["state"]);
        }
    }

    [Fact]
    public async Task Keys_are_let_in_only_while_the_account_is_approved()
    {
        var market = await Market.OpenAsync(app.Admin);
        var account = $"/api/accounts/{market.Account}";
        var keys = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            keys.Add((string)(await market.SellAsync())["user_key"]!);
        }

        foreach (var (step, verdict) in new[]
        {
            ("suspend", "application_not_active"), ("resume", "yes"), ("reject", "application_not_active"),
            ("make-pending", "application_not_active"), ("approve", "yes"),
        })
        {
            await app.Admin.DoAsync("POST", $"{account}:{step}");
            Assert.All(
                await Task.WhenAll(keys.Select(key => market.JudgeAsync(key))).Soon(),
                judged => Assert.Equal(verdict, judged));
        }
    }

    [Fact]
    public async Task An_application_and_its_account_both_have_to_be_active()
    {
        var market = await Market.OpenAsync(app.Admin);
        var account = $"/api/accounts/{market.Account}";
        var made = await market.SellAsync();
        var application = $"/api/applications/{made["id"]}";
        var key = (string)made["user_key"]!;

        await app.Admin.DoAsync("POST", account + ":suspend");
        await app.Admin.DoAsync("POST", application + ":suspend");
        await app.Admin.DoAsync("POST", application + ":resume");
        Assert.Equal("live", (string?)(await app.Admin.DoAsync("GET", application))["state"]);
        Assert.Equal("application_not_active", await market.JudgeAsync(key));
        var second = (string)(await app.Admin.DoAsync("POST", application + "/keys", "{}"))["user_key"]!;
        Assert.Equal("application_not_active", await market.JudgeAsync(second));

        await app.Admin.DoAsync("POST", application + ":suspend");
        await app.Admin.DoAsync("POST", account + ":resume");
        Assert.Equal("application_not_active", await market.JudgeAsync(key));
        await app.Admin.DoAsync("POST", application + ":resume");
        Assert.Equal(("yes", "yes"), (await market.JudgeAsync(key), await market.JudgeAsync(second)));
    }

    [Fact]
    public async Task An_application_of_an_account_that_waits_is_refused_until_the_account_is_approved()
    {
        var market = await Market.OpenAsync(app.Admin);
        var account = $"/api/accounts/{market.Account}";
        await app.Admin.DoAsync("POST", account + ":make-pending");

        var made = await market.SellAsync();

        Assert.Equal("live", (string?)made["state"]);
        Assert.Equal("application_not_active", await market.JudgeAsync((string)made["user_key"]!));
        await app.Admin.DoAsync("POST", account + ":approve");
        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
    }

    [Fact]
    public async Task Applications_made_while_the_account_is_being_suspended_are_refused_in_the_end()
    {
        for (var round = 0; round < 8; round++)
        {
            var market = await Market.OpenAsync(app.Admin);

            var sales = Enumerable.Range(0, 4).Select(_ => market.SellAsync()).ToList();
            var suspension = app.Admin.DoAsync("POST", $"/api/accounts/{market.Account}:suspend");
            await Task.WhenAll([.. sales, suspension]).Soon();

            foreach (var sale in sales)
            {
                Assert.Equal("application_not_active", await market.JudgeAsync((string)(await sale)["user_key"]!));
            }
        }
    }

    [Fact]
    public async Task Changes_that_overlap_leave_account_and_keys_agreed()
    {
        var market = await Market.OpenAsync(app.Admin);
        var account = $"/api/accounts/{market.Account}";
        var key = (string)(await market.SellAsync())["user_key"]!;
        string[] steps = [":suspend", ":resume", ":reject", ":approve"];

        for (var round = 0; round < 3; round++)
        {
            (await Task.WhenAll(Enumerable.Range(0, 12).Select(n => app.Admin.SendAsync("POST", account + steps[n % 4]))).Soon())
                .ToList()
                .ForEach(answer => answer.Dispose());

            var state = (string?)(await app.Admin.DoAsync("GET", account))["state"];
            Assert.Equal(state == "approved" ? "yes" : "application_not_active", await market.JudgeAsync(key));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_suspension_that_broke_off_is_not_shown_and_is_completed_by_asking_again_or_by_the_housekeeping(bool byHand)
    {
        var market = await Market.OpenAsync(app.Admin);
        var account = $"/api/accounts/{market.Account}";
        var key = (string)(await market.SellAsync())["user_key"]!;
        var accounts = app.Services.GetRequiredService<AccountsTable>();
        var now = (await accounts.FindAsync(market.Account, default).Soon())!;

        // As if the process had ended after the first write.
        Assert.Equal(
            Write.Done,
            await accounts.UnsettleAsync(now with { Wanted = AccountState.Suspended, Turn = now.Turn + 1 }, default).Soon());
        Assert.Equal("approved", (string?)(await app.Admin.DoAsync("GET", account))["state"]);
        await (byHand
            ? app.Admin.DoAsync("POST", account + ":suspend")
            : app.Services.GetRequiredService<AccountSettling>().ResumeAsync(default)).Soon();

        Assert.Equal("suspended", (string?)(await app.Admin.DoAsync("GET", account))["state"]);
        Assert.Equal("application_not_active", await market.JudgeAsync(key));
        Assert.DoesNotContain(market.Account, await accounts.UnsettledAsync(default).ToListAsync());
    }

    [Fact]
    public async Task An_application_left_behind_its_account_by_a_creation_that_broke_off_catches_up_with_the_next_change()
    {
        var market = await Market.OpenAsync(app.Admin);
        var made = await market.SellAsync();
        var accounts = app.Services.GetRequiredService<AccountsTable>();
        var now = (await accounts.FindAsync(market.Account, default).Soon())!;

        // The account is changed by one who does not find the application.
        var changed = now with
        {
            Wanted = AccountState.Suspended,
            Turn = now.Turn + 1,
            Value = now.Value with { State = AccountState.Suspended },
        };
        await accounts.ReplaceAsync(changed, default).Soon();
        Assert.Equal("yes", await market.JudgeAsync((string)made["user_key"]!));
        var second = await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}/keys", "{}");

        Assert.Equal("application_not_active", await market.JudgeAsync((string)second["user_key"]!));
        Assert.Equal("application_not_active", await market.JudgeAsync((string)made["user_key"]!));
    }

    [Theory]
    [InlineData("""{"system_name":"bad","name":"B","state":"suspended"}""", "/state out_of_range")]
    [InlineData("""{"system_name":"bad","name":"B","state":"gone"}""", "/state wrong_type")]
    [InlineData("""{"system_name":"bad","name":"B","email":"nobody"}""", "/email invalid_email")]
    [InlineData("""{"system_name":"bad","name":"B","email":"a@b@c"}""", "/email invalid_email")]
    public async Task An_account_that_cannot_be_is_refused_by_member(string json, params string[] errors)
    {
        using var refused = await app.Admin.SendAsync("POST", "/api/accounts", json);

        Assert.Equal(errors, (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_change_of_the_name_leaves_the_state_and_takes_it_as_it_is()
    {
        var address = await MakeAsync("suspended");

        var replaced = await app.Admin.DoAsync("PUT", address, """{"name":"N","email":"n@example.com","state":"suspended"}""", "*");
        using var refused = await app.Admin.SendAsync("PUT", address, """{"name":"N","state":"approved"}""", "*");

        Assert.Equal(("suspended", "n@example.com"), ((string?)replaced["state"], (string?)replaced["email"]));
        Assert.Equal(["/state immutable"], (await refused.ProblemAsync(400, "invalid")).Errors());
    }

    // In a state, by the shortest way.
    private async Task<string> MakeAsync(string state)
    {
        var name = "s-" + Guid.NewGuid().ToString("N")[..12];
        var first = state is "created" or "pending" ? state : "approved";
        await app.Admin.DoAsync("POST", "/api/accounts", $$"""{"system_name":"{{name}}","name":"N","state":"{{first}}"}""");
        if (state is "rejected" or "suspended")
        {
            await app.Admin.DoAsync("POST", $"/api/accounts/{name}:{(state == "rejected" ? "reject" : "suspend")}");
        }

        return $"/api/accounts/{name}";
    }
}
