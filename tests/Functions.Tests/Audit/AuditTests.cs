using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Audit;
using Serverless.Functions.Http;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Audit;

/// <summary>Every change leaves an entry that says who, what, and what it was before and after.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private readonly SetClock _clock = new();
    private FunctionsApp _app = null!;

    public async Task InitializeAsync() =>
        _app = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(_clock));

    public Task DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_change_is_recorded_with_what_was_before_and_after()
    {
        using var made = await _app.Admin.SendAsync("POST", "/api/accounts", """{"system_name":"a","name":"Old"}""");
        using var replaced = await _app.Admin.SendAsync("PUT", "/api/accounts/a", """{"name":"New"}""", "*");
        await _app.Admin.DoAsync("DELETE", "/api/accounts/a", ifMatch: "*");

        var entries = await ListAsync("resource=/api/accounts/a");

        Assert.Equal(["accounts-delete", "accounts-replace", "accounts-create"], entries.Select(e => (string?)e!["action"]));
        Assert.All(entries, e => Assert.Equal("done", (string?)e!["outcome"]));
        Assert.All(entries, e => Assert.Equal("admin-token", (string?)e!["actor"]!["token"]));
        var (deletion, change, creation) = (entries[0]!, entries[1]!, entries[2]!);
        Assert.Equal(
            ("POST", "/api/accounts", 201, null, "Old", null, made.Headers.ETag!.ToString()),
            Of(creation));
        Assert.Equal(
            ("PUT", "/api/accounts/a", 200, "Old", "New", made.Headers.ETag!.ToString(), replaced.Headers.ETag!.ToString()),
            Of(change));
        Assert.Equal(
            ("DELETE", "/api/accounts/a", 204, "New", null, replaced.Headers.ETag!.ToString(), null),
            Of(deletion));
    }

    [Theory]
    [InlineData("POST", "/api/accounts", """{"name":"A"}""", 400)]
    [InlineData("PUT", "/api/accounts/none", """{"name":"A"}""", 404)]
    [InlineData("DELETE", "/api/accounts/none", null, 428)]
    public async Task What_was_refused_is_recorded_as_that(string method, string path, string? json, int status)
    {
        using var response = await _app.Admin.SendAsync(method, path, json, method == "PUT" ? "*" : null);
        Assert.Equal(status, (int)response.StatusCode);

        var entry = Assert.Single(await ListAsync())!;

        Assert.Equal(("refused", status, null), ((string?)entry["outcome"], (int?)entry["status"], entry["after"]));
    }

    [Fact]
    public async Task What_only_reads_or_may_not_call_leaves_no_entry()
    {
        await _app.Admin.DoAsync("GET", "/api/products");
        (await _app.Anonymous.SendAsync("POST", "/api/products", "{}")).Dispose();
        (await _app.Admin.SendAsync("POST", "/api/relay/authorize", """{"product":"p","user_key":"0123456789"}""")).Dispose();

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task An_action_shows_the_resource_it_was_done_to()
    {
        var market = await Applications.Market.OpenAsync(_app.Admin);
        var made = await market.SellAsync();
        await _app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:suspend");

        var entry = (await ListAsync($"resource=/api/applications/{made["id"]}"))[0]!;

        Assert.Equal($"/api/applications/{made["id"]}:suspend", (string?)entry["path"]);
        Assert.Equal($"/api/applications/{made["id"]}", (string?)entry["resource"]);
        Assert.Equal(("live", "suspended"), ((string?)entry["before"]!["state"], (string?)entry["after"]!["state"]));
    }

    [Fact]
    public async Task What_only_its_list_shows_is_kept_as_the_list_had_it()
    {
        var market = await Applications.Market.OpenAsync(_app.Admin);
        var made = await market.SellAsync();
        var lists = $"/api/applications/{made["id"]}";
        var filter = await _app.Admin.DoAsync("POST", lists + "/referrer-filters", """{"value":"shop.example"}""");
        var key = await _app.Admin.DoAsync("POST", lists + "/keys", "{}");
        await _app.Admin.DoAsync("DELETE", $"{lists}/referrer-filters/{filter["id"]}");
        await _app.Admin.DoAsync("DELETE", $"{lists}/keys/{key["id"]}");

        var entries = await ListAsync($"resource={lists}");

        Assert.Equal(["applications-keys-delete", "applications-referrer-filters-delete"], entries.Take(2).Select(e => (string?)e!["action"]));
        Assert.Equal(((string?)key["id"], (string?)key["created_at"]), ((string?)entries[0]!["before"]!["id"], (string?)entries[0]!["before"]!["created_at"]));
        Assert.Equal("shop.example", (string?)entries[1]!["before"]!["value"]);
    }

    [Fact]
    public async Task A_change_that_never_ended_says_that_nobody_knows()
    {
        var trail = _app.Services.GetRequiredService<AuditTrail>();
        var call = new DefaultHttpContext { RequestServices = _app.Services, Request = { Method = "PUT", Path = "/api/accounts/a" } };
        call.Features.Set(Caller.Admin);

        await Assert.ThrowsAsync<InvalidOperationException>(() => trail
            .RecordAsync("accounts-replace", "/api/accounts/a", call, () => throw new InvalidOperationException("The end."))
            .Soon());

        var entry = Assert.Single(await ListAsync())!;
        Assert.Equal(("unknown", null), ((string?)entry["outcome"], entry["status"]));
    }

    [Fact]
    public async Task Entries_are_found_by_who_made_the_change()
    {
        var token = await _app.Admin.DoAsync("POST", "/api/access-tokens", """{"name":"ci","scopes":["manage"]}""");
        using var ci = _app.With((string)token["token"]!);
        await ci.DoAsync("POST", "/api/accounts", """{"system_name":"a","name":"A"}""");

        Assert.Equal("accounts-create", (string?)Assert.Single(await ListAsync("actor=ci"))!["action"]);
        Assert.Equal("accounts-create", (string?)Assert.Single(await ListAsync($"actor={token["id"]}"))!["action"]);
        Assert.Equal("access-tokens-create", (string?)Assert.Single(await ListAsync("actor=admin-token"))!["action"]);
        Assert.Empty(await ListAsync("actor=nobody"));
    }

    [Fact]
    public async Task Entries_are_found_by_time_over_days_and_part_by_part()
    {
        var times = new List<DateTimeOffset>();
        for (var i = 0; i < 7; i++)
        {
            _clock.Ahead = TimeSpan.FromHours(17 * i);
            times.Add(_clock.GetUtcNow());
            await _app.Admin.DoAsync("POST", "/api/accounts", $$"""{"system_name":"a{{i}}","name":"A"}""");
        }

        Assert.Equal(["a6", "a5", "a4", "a3", "a2", "a1", "a0"], await NamesAsync("limit=2"));
        Assert.Equal(["a4", "a3", "a2"], await NamesAsync($"limit=1&from={Text(times[2])}&to={Text(times[5])}"));
        Assert.Equal(["a0"], await NamesAsync($"to={Text(times[1])}"));
        Assert.Empty(await NamesAsync($"from={Text(times[6].AddDays(1))}"));
    }

    [Fact]
    public async Task A_resource_is_not_taken_for_another_whose_name_begins_the_same()
    {
        await _app.MakeProductAsync("chat");
        await _app.MakeProductAsync("chat2");
        await _app.Admin.DoAsync("POST", "/api/products/chat/metrics", """{"system_name":"m","name":"M","unit":"u"}""");

        var found = await ListAsync("resource=/api/products/chat");

        Assert.Equal(["/api/products/chat/metrics/m", "/api/products/chat"], found.Select(e => (string?)e!["resource"]));
    }

    [Fact]
    public async Task A_query_that_is_none_is_refused_with_all_that_is_wrong()
    {
        using var response = await _app.Admin.GetAsync("/api/audit?from=yesterday&to=now").Soon();

        Assert.Equal(["/from invalid_time", "/to invalid_time"], (await response.ProblemAsync(400, "invalid_query")).Errors());
    }

    [Fact]
    public void A_body_that_is_too_long_is_kept_by_its_beginning()
    {
        var rules = Enumerable.Range(0, 200).Select(i => $$$"""{"name":"websocket","configuration":{"n{{{i}}}":"{{{new string('x', 300)}}}"}}""");
        var body = $"[{string.Join(',', rules)}]";

        var kept = JsonNode.Parse(Disclosure.Of(System.Text.Encoding.UTF8.GetBytes(body))!)!;

        Assert.True((bool)kept["truncated"]!);
        Assert.Equal(body.Length, (int)kept["bytes"]!);
        Assert.StartsWith((string)kept["start"]!, body, StringComparison.Ordinal);
    }

    private static (string?, string?, int?, string?, string?, string?, string?) Of(JsonNode entry) => (
        (string?)entry["method"],
        (string?)entry["path"],
        (int?)entry["status"],
        (string?)entry["before"]?["name"],
        (string?)entry["after"]?["name"],
        (string?)entry["etag_before"],
        (string?)entry["etag_after"]);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<string>> NamesAsync(string query) =>
        [.. (await ListAsync(query)).Select(entry => (string)entry!["after"]!["system_name"]!)];

    private async Task<IReadOnlyList<JsonNode?>> ListAsync(string query = "")
    {
        var found = new List<JsonNode?>();
        for (string? next = ""; next is not null;)
        {
            var part = await _app.Admin.DoAsync("GET", $"/api/audit?{query}{(next.Length > 0 ? $"&continue={next}" : "")}");
            found.AddRange(part["items"]!.AsArray());
            next = (string?)part["next"];
        }

        return found;
    }
}
