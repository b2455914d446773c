using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.AccessTokens;

public sealed class LastUseTests : IAsyncLifetime
{
    private readonly SetClock _clock = new();
    private FunctionsApp _app = null!;

    public async Task InitializeAsync() =>
        _app = await FunctionsApp.StartAsync(services: services => services.AddSingleton<TimeProvider>(_clock));

    public Task DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_use_is_shown_at_once_at_first_and_never_later_than_five_minutes()
    {
        var token = await MakeAsync();
        Assert.Null(await UseAsync(token));
        using var caller = _app.With((string)token["token"]!);

        await caller.DoAsync("GET", "/api/products");
        var first = await UseAsync(token);
        _clock.Ahead = TimeSpan.FromMinutes(4);
        await caller.DoAsync("GET", "/api/products");
        var soon = await UseAsync(token);
        _clock.Ahead = TimeSpan.FromMinutes(5);
        await caller.DoAsync("GET", "/api/products");
        var later = await UseAsync(token);

        Assert.InRange(first!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        Assert.Equal(first, soon);
        Assert.InRange(later!.Value - first.Value, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task A_use_does_not_change_the_tag_and_goes_with_the_token()
    {
        var token = await MakeAsync();
        using var before = await _app.Admin.GetAsync($"/api/access-tokens/{token["id"]}");
        using var caller = _app.With((string)token["token"]!);

        await caller.DoAsync("GET", "/api/products");

        using var deleted = await _app.Admin.SendAsync(
            "DELETE",
            $"/api/access-tokens/{token["id"]}",
            ifMatch: before.Headers.ETag!.ToString());
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.DoesNotContain(await ListAsync(), listed => (string?)listed!["id"] == (string?)token["id"]);
    }

    [Fact]
    public async Task Lists_show_the_use_of_each_token_on_every_page()
    {
        var used = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var token = await MakeAsync();
            if (i % 2 == 0)
            {
                using var caller = _app.With((string)token["token"]!);
                await caller.DoAsync("GET", "/api/products");
                used.Add((string)token["id"]!);
            }
        }

        var listed = await ListAsync();

        Assert.Equal(used.Order(), listed.Where(t => t!["last_used_at"] is not null).Select(t => (string)t!["id"]!).Order());
    }

    [Fact]
    public async Task Another_process_never_puts_a_use_back()
    {
        var token = await MakeAsync();
        await using var late = await _app.RestartAsync();
        _clock.Ahead = TimeSpan.FromHours(1);
        using var here = _app.With((string)token["token"]!);
        await here.DoAsync("GET", "/api/products");
        var noted = await UseAsync(token);

        using var there = late.With((string)token["token"]!);
        await there.DoAsync("GET", "/api/products");

        Assert.Equal(noted, await UseAsync(token));
    }

    private Task<JsonNode> MakeAsync() =>
        _app.Admin.DoAsync("POST", "/api/access-tokens", """{"name":"n","scopes":["read"]}""");

    private async Task<DateTimeOffset?> UseAsync(JsonNode token) =>
        (DateTimeOffset?)(await _app.Admin.DoAsync("GET", $"/api/access-tokens/{token["id"]}"))["last_used_at"];

    private async Task<IReadOnlyList<JsonNode?>> ListAsync()
    {
        var found = new List<JsonNode?>();
        for (string? next = ""; next is not null;)
        {
            var part = await _app.Admin.DoAsync("GET", $"/api/access-tokens?limit=2{(next.Length > 0 ? $"&continue={next}" : "")}");
            found.AddRange(part["items"]!.AsArray());
            next = (string?)part["next"];
        }

        return found;
    }
}
