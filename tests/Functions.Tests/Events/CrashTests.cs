using System.Net;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Crashes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Promotion;

namespace Serverless.Functions.Tests.Events;

/// <summary>
/// Storage takes every change and not the event, as if the process ended between the two: the change holds, and asking for it
/// again tells it.
/// </summary>
public sealed class CrashTests : CutOffTests
{
    [Theory]
    [InlineData("POST {application}:suspend", "application.suspended")]
    [InlineData("POST {application}:resume", "application.resumed")]
    [InlineData("POST {application}:customize-plan", "application.plan_changed")]
    [InlineData("POST {account}:suspend", "application.suspended")]
    [InlineData("DELETE {application}", "application.deleted", true)]
    public async Task A_change_that_was_not_told_holds_and_is_told_when_it_is_asked_for_again(string call, string kind, bool isDeletion = false)
    {
        var market = await Market.OpenAsync(Healthy.Admin);
        var application = await market.SellAsync();
        var key = (await Healthy.Admin.DoAsync("GET", $"/api/applications/{application["id"]}/keys"))["items"]![0]!["id"];
        var (method, path) = call.Split(' ') is [var verb, var template]
            ? (verb, template
                .Replace("{application}", $"/api/applications/{application["id"]}", StringComparison.Ordinal)
                .Replace("{account}", $"/api/accounts/{market.Account}", StringComparison.Ordinal)
                .Replace("{key}", $"{key}", StringComparison.Ordinal))
            : default;

        // What deletes goes on after the event: of a process that ends there, that is cut off too.
        Fuse.CutOff = "testsevents";
        using var changed = await Victim.Admin.SendAsync(method, path, ifMatch: "*");
        Assert.True(changed.IsSuccessStatusCode);
        Assert.Contains(Victim.Log.Errors, line => line.Contains($"Event {kind} could not be written down", StringComparison.Ordinal));
        Assert.Empty(await EventsAsync());

        if (!isDeletion)
        {
            using var again = await Healthy.Admin.SendAsync(method, path, ifMatch: "*");
            Assert.True(again.IsSuccessStatusCode);
            Assert.Equal([kind], (await EventsAsync()).Select(one => (string?)one["kind"]));
        }
    }

    [Fact]
    public async Task A_key_that_no_relay_could_be_told_of_is_not_said_to_be_deleted_until_they_were()
    {
        var market = await Market.OpenAsync(Healthy.Admin);
        var application = await market.SellAsync();
        var keys = $"/api/applications/{application["id"]}/keys";
        var key = (await Healthy.Admin.DoAsync("GET", keys))["items"]![0]!["id"];
        Fuse.CutOff = "testsevents";

        using var refused = await Victim.Admin.SendAsync("DELETE", $"{keys}/{key}");
        var judged = await market.JudgeAsync((string)application["user_key"]!);
        using var again = await Healthy.Admin.SendAsync("DELETE", $"{keys}/{key}");

        await refused.ProblemAsync(503, "storage_unavailable");
        Assert.Equal(("user_key_deleted", HttpStatusCode.NoContent), (judged, again.StatusCode));
        var told = Assert.Single(await EventsAsync());
        Assert.Equal(("key.deleted", (string?)key), ((string?)told["kind"], (string?)told["key"]));
    }

    [Theory]
    [InlineData("/api/applications/{application}/keys/{key}", "key.deleted {application}")]
    [InlineData("/api/applications/{application}", "application.deleted {application}")]
    [InlineData("/api/products/{product}", "application.deleted ")]
    public async Task A_deletion_that_ends_before_it_is_told_is_told_by_being_asked_for_again(string path, string told)
    {
        var isWhole = false;
        for (var writes = 0; !isWhole; writes++)
        {
            var market = await Market.OpenAsync(Healthy.Admin);
            var application = (string)(await market.SellAsync())["id"]!;
            var key = (await Healthy.Admin.DoAsync("GET", $"/api/applications/{application}/keys"))["items"]![0]!["id"];
            Fuse.Arm(writes);
            (await Victim.Admin.SendAsync("DELETE", Fill(path), ifMatch: "*")).Dispose();
            isWhole = !Fuse.HasBlown;

            using var again = await Healthy.Admin.SendAsync("DELETE", Fill(path), ifMatch: "*");

            Assert.Contains(
                await EventsAsync(),
                one => (string?)one["product"] == market.Product && $"{one["kind"]} {one["application"]}" == Fill(told));
            Assert.True(writes < 30, "It never ends.");

            string Fill(string text) => text
                .Replace("{product}", market.Product, StringComparison.Ordinal)
                .Replace("{application}", application, StringComparison.Ordinal)
                .Replace("{key}", $"{key}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_process_could_not_tell_it_tells_when_storage_takes_it_again()
    {
        var market = await Market.OpenAsync(Healthy.Admin);
        var application = await market.SellAsync();
        Fuse.CutOff = "testsevents";
        using var deleted = await Victim.Admin.SendAsync("DELETE", $"/api/applications/{application["id"]}", ifMatch: "*");
        using var away = await Victim.Admin.SendAsync("GET", "/api/relay/events?after=0");
        await away.ProblemAsync(503, "storage_unavailable");

        Fuse.CutOff = null;
        var page = await Victim.Admin.DoAsync("GET", "/api/relay/events?after=0");

        Assert.Equal("application.deleted", (string?)Assert.Single(page["events"]!.AsArray())!["kind"]);
        Assert.Equal(1, (int)(await Victim.Admin.DoAsync("GET", "/api/relay/events"))["latest"]!);
    }

    [Fact]
    public async Task A_promotion_that_was_not_told_is_told_by_being_repeated()
    {
        var workshop = await Workshop.OpenAsync(Healthy.Admin);
        Fuse.CutOff = "testsevents";
        await (workshop with { Admin = Victim.Admin }).PromoteAsync("staging");
        Assert.Empty(await EventsAsync());

        await workshop.PromoteAsync("staging");

        Assert.Equal(["configuration.promoted"], (await EventsAsync()).Select(one => (string?)one["kind"]));
    }

    [Fact]
    public async Task Closing_connections_is_not_accepted_when_nobody_can_be_told()
    {
        await Healthy.MakeProductAsync("p");
        Fuse.CutOff = "testsevents";

        using var refused = await Victim.Admin.SendAsync("POST", "/api/products/p:close-connections");

        await refused.ProblemAsync(503, "storage_unavailable");
    }

    private async Task<IReadOnlyList<JsonNode>> EventsAsync() =>
        [.. (await Healthy.Admin.DoAsync("GET", "/api/relay/events?after=0"))["events"]!.AsArray().OfType<JsonNode>()];
}
