using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Accounts;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Storage;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Applications;

/// <summary>
/// Every change of applications and accounts, broken off before each of its writes in turn: what is left is shown, is
/// completed by asking again, and can be deleted; and no key works that is not listed, or that is said to be refused.
/// </summary>
public sealed class CrashTests : IAsyncLifetime
{
    // More than any change here takes.
    private const int MostWrites = 40;

    private readonly SetClock _later = new() { Ahead = Dependents.LongestRequest + TimeSpan.FromMinutes(1) };
    private readonly WriteGate _gate = new();
    private FunctionsApp _before = null!;
    private FunctionsApp _dying = null!;
    private FunctionsApp _after = null!;

    public async Task InitializeAsync()
    {
        _before = await FunctionsApp.StartAsync();
        _dying = await _gate.StandBeforeAsync(_before);
        _dying.ExpectsErrors = true;

        // Some minutes after, when no request can be under way any more.
        _after = await _before.RestartAsync(
            new Dictionary<string, string?> { ["Authorization:CacheSeconds"] = "0" },
            services => services.AddSingleton<TimeProvider>(_later));
        await (await Market.OpenAsync(_before.Admin)).SellAsync();
    }

    public async Task DisposeAsync()
    {
        await _after.DisposeAsync();
        await _dying.DisposeAsync();
        await _before.DisposeAsync();
    }

    [Fact]
    public Task A_creation() => BreakOffAsync(async (market, client) =>
    {
        var key = "key-of-" + market.Product;
        using var _ = await SellAsync(market, client, key);
        return async () =>
        {
            var isKnown = await market.JudgeAsync(key) == "yes";
            using var read = await market.Admin.GetAsync("/api/applications/" + market.Account).Soon();
            Assert.True(!isKnown || read.StatusCode == HttpStatusCode.OK, "A key works that is of no application.");
            if (read.StatusCode == HttpStatusCode.OK)
            {
                Assert.Single((await market.Admin.DoAsync("GET", $"/api/applications/{market.Account}/keys"))["items"]!.AsArray());
                Assert.Single((await market.Admin.DoAsync("GET", $"/api/accounts/{market.Account}/applications"))["items"]!.AsArray());
                Assert.Single((await market.Admin.DoAsync("GET", $"/api/products/{market.Product}/applications"))["items"]!.AsArray());
                await market.Admin.DoAsync("DELETE", "/api/applications/" + market.Account, ifMatch: "*");
            }

            using var again = await SellAsync(market, market.Admin, key);
            Assert.Equal(HttpStatusCode.Created, again.StatusCode);
            Assert.Equal("yes", await market.JudgeAsync(key));
        };
    });

    [Theory]
    [InlineData(":suspend", "suspended")]
    [InlineData(":suspend,:resume", "live")]
    [InlineData(":customize-plan", "live")]
    [InlineData(":customize-plan,:decustomize-plan", "live")]
    [InlineData(":customize-plan,:change-plan", "live")]
    public Task A_change_of_an_application(string steps, string state) => BreakOffAsync(async (market, client) =>
    {
        var made = await market.SellAsync();
        var key = (string)made["user_key"]!;
        var address = $"/api/applications/{made["id"]}";
        var all = steps.Split(',');
        foreach (var step in all[..^1])
        {
            await market.Admin.DoAsync("POST", address + step);
        }

        using var _ = await StepAsync(client);
        return async () =>
        {
            await AgreeAsync();
            using var again = await StepAsync(market.Admin);
            Assert.True(again.IsSuccessStatusCode || all[^1] == ":decustomize-plan", await again.Content.ReadAsStringAsync().Soon());

            var now = await AgreeAsync();
            Assert.Equal(state, (string?)now["state"]);
            Assert.Equal(all[^1] == ":customize-plan", (string?)now["plan"] != Market.Plan);
        };

        Task<HttpResponseMessage> StepAsync(HttpClient by) =>
            by.SendAsync("POST", address + all[^1], all[^1] == ":change-plan" ? """{"plan":"basic"}""" : null);

        async Task<JsonNode> AgreeAsync()
        {
            var now = await market.Admin.DoAsync("GET", address);
            Assert.True((string?)now["state"] == "live" || await market.JudgeAsync(key) == "application_not_active");
            return now;
        }
    });

    [Fact]
    public Task A_deletion() => BreakOffAsync(async (market, client) =>
    {
        var made = await market.SellAsync();
        await market.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:customize-plan");
        using var _ = await client.SendAsync("DELETE", $"/api/applications/{made["id"]}", ifMatch: "*");
        return async () =>
        {
            using var again = await market.Admin.SendAsync("DELETE", $"/api/applications/{made["id"]}", ifMatch: "*");
            Assert.Contains(again.StatusCode, new[] { HttpStatusCode.NoContent, HttpStatusCode.NotFound });
            Assert.Equal("user_key_deleted", await market.JudgeAsync((string)made["user_key"]!));
        };
    });

    [Fact]
    public Task Another_key() => BreakOffAsync(async (market, client) =>
    {
        var made = await market.SellAsync();
        var keys = $"/api/applications/{made["id"]}/keys";
        var second = "second-" + market.Product;
        using var _ = await client.SendAsync("POST", keys, $$"""{"user_key":"{{second}}"}""");
        return async () =>
        {
            var listed = (await market.Admin.DoAsync("GET", keys))["items"]!.AsArray();
            Assert.True(await market.JudgeAsync(second) != "yes" || listed.Count == 2, "A key works that is not listed.");
            foreach (var key in listed)
            {
                await market.Admin.DoAsync("DELETE", $"{keys}/{key!["id"]}");
            }

            Assert.NotEqual("yes", await market.JudgeAsync(second));
            Assert.NotEqual("yes", await market.JudgeAsync((string)made["user_key"]!));
        };
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_suspension_of_an_account(bool byHand) => BreakOffAsync(async (market, client) =>
    {
        string[] keys = [(string)(await market.SellAsync())["user_key"]!, (string)(await market.SellAsync())["user_key"]!];
        var account = $"/api/accounts/{market.Account}";
        using var _ = await client.SendAsync("POST", account + ":suspend");
        return async () =>
        {
            var wasShown = (string?)(await market.Admin.DoAsync("GET", account))["state"] == "suspended";
            if (!wasShown && byHand)
            {
                await market.Admin.DoAsync("POST", account + ":suspend");
            }

            await _after.Services.GetRequiredService<AccountSettling>().ResumeAsync(default).Soon();
            var state = (string?)(await market.Admin.DoAsync("GET", account))["state"];
            foreach (var key in keys)
            {
                Assert.Equal(state == "suspended" ? "application_not_active" : "yes", await market.JudgeAsync(key));
            }
        };
    });

    // Breaks a change off before its first write, its second, and so on until it has as many as it needs. What is left in
    // the end can be deleted.
    private async Task BreakOffAsync(Func<Market, HttpClient, Task<Func<Task>>> changeAsync)
    {
        for (var writes = 0; writes < MostWrites; writes++)
        {
            var market = await Market.OpenAsync(_before.Admin) with { Admin = _after.Admin };
            var isBroken = false;
            using var client = new HttpClient(new Deadly(_gate, writes, () => isBroken = true))
            {
                BaseAddress = _dying.Admin.BaseAddress,
                DefaultRequestHeaders = { Authorization = _dying.Admin.DefaultRequestHeaders.Authorization },
                Timeout = Timeouts.Default,
            };
            var holdsAsync = await changeAsync(market, client);
            _gate.Open();
            await holdsAsync();
            await ClearAsync(market);
            if (!isBroken)
            {
                Assert.True(writes > 0);
                return;
            }
        }

        Assert.Fail("The change never came to its end.");
    }

    private static async Task ClearAsync(Market market)
    {
        var listed = await market.Admin.DoAsync("GET", $"/api/accounts/{market.Account}/applications");
        foreach (var application in listed["items"]!.AsArray())
        {
            await market.Admin.DoAsync("DELETE", $"/api/applications/{application!["id"]}", ifMatch: "*");
        }

        foreach (var plan in (await market.Admin.DoAsync("GET", $"/api/products/{market.Product}/plans"))["items"]!.AsArray())
        {
            await market.Admin.DoAsync("DELETE", $"/api/products/{market.Product}/plans/{plan!["system_name"]}", ifMatch: "*");
        }

        await market.Admin.DoAsync("DELETE", $"/api/accounts/{market.Account}", ifMatch: "*");
        await market.Admin.DoAsync("DELETE", $"/api/products/{market.Product}", ifMatch: "*");
    }

    private static Task<HttpResponseMessage> SellAsync(Market market, HttpClient client, string key) => client.SendAsync(
        "POST",
        $"/api/accounts/{market.Account}/applications",
        $$"""{"id":"{{market.Account}}","product":"{{market.Product}}","plan":"basic","name":"N","user_key":"{{key}}"}""");

    /// <summary>Lets a request have so many writes, and tells when it would have had more.</summary>
    private sealed class Deadly(WriteGate gate, int writes, Action broken) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            gate.Open(writes);
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.InternalServerError)
            {
                broken();
            }

            return response;
        }
    }
}
