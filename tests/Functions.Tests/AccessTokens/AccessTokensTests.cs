using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.AccessTokens;

public sealed class AccessTokensTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_token_is_shown_once_and_stored_only_as_its_hash()
    {
        using var created = await app.Admin.SendAsync("POST", "/api/access-tokens", """{"name":"ci","scopes":["read","relay"]}""");
        var made = await created.JsonAsync();
        var token = (string)made["token"]!;
        Assert.Equal($"/api/access-tokens/{made["id"]}", created.Headers.Location?.ToString());

        using var read = await app.Admin.GetAsync(created.Headers.Location).Soon();
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        var shown = await read.JsonAsync();
        Assert.Null(shown["token"]);
        Assert.Equal("""["read","relay"]""", shown["scopes"]!.ToJsonString());
        Assert.Equal(made["created_at"]!.ToString(), shown["created_at"]!.ToString());

        var row = await app.Services.GetRequiredService<TableAccount>().Table("accesstokens")
            .FindAsync("access-tokens", $"token|{made["id"]}", default).Soon();
        Assert.NotNull(row);
        Assert.DoesNotContain(token, string.Join(' ', row.Select(column => column.Value)), StringComparison.Ordinal);
        Assert.Equal(32, row.GetBinary("Hash").Length);
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deleted_token_works_no_more_on_the_instance_that_deleted_it_and_soon_on_no_other()
    {
        var clock = new SetClock();
        await using var other = await app.RestartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var made = await app.Admin.DoAsync("POST", "/api/access-tokens", """{"name":"n","scopes":["read"]}""");
        using var here = app.With((string)made["token"]!);
        using var there = other.With((string)made["token"]!);
        await here.DoAsync("GET", "/api/products");
        await there.DoAsync("GET", "/api/products");

        await app.Admin.DoAsync("DELETE", $"/api/access-tokens/{made["id"]}", ifMatch: "*");

        using var refused = await here.GetAsync("/api/products").Soon();
        await refused.ProblemAsync(401, "unauthenticated");
        Assert.Equal("Bearer error=\"invalid_token\"", refused.Headers.WwwAuthenticate.ToString());
        clock.Ahead = TimeSpan.FromSeconds(10);
        using var later = await there.GetAsync("/api/products").Soon();
        await later.ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_ends_at_its_time_though_it_is_remembered()
    {
        var clock = new SetClock();
        await using var later = await app.RestartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var end = DateTimeOffset.UtcNow.AddMinutes(1).ToString("O");
        var made = await later.Admin.DoAsync("POST", "/api/access-tokens", $$"""{"name":"n","scopes":["read"],"expires_at":"{{end}}"}""");
        using var caller = later.With((string)made["token"]!);
        clock.Ahead = TimeSpan.FromSeconds(52);
        await caller.DoAsync("GET", "/api/products");

        clock.Ahead = TimeSpan.FromSeconds(60.5);

        using var refused = await caller.GetAsync("/api/products").Soon();
        await refused.ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task The_secret_of_one_token_does_not_open_another()
    {
        var one = (string)(await app.Admin.DoAsync("POST", "/api/access-tokens", """{"name":"n","scopes":["read"]}"""))["token"]!;
        var other = (string)(await app.Admin.DoAsync("POST", "/api/access-tokens", """{"name":"n","scopes":["read"]}"""))["token"]!;
        using var mixed = app.With(one[..20] + other[20..]);

        using var response = await mixed.GetAsync("/api/products").Soon();

        await response.ProblemAsync(401, "unauthenticated");
    }

    [Theory]
    [InlineData("""{"name":"n"}""", "/scopes required")]
    [InlineData("""{"name":"n","scopes":[]}""", "/scopes required")]
    [InlineData("""{"name":"n","scopes":["read","admin"]}""", "/scopes/1 unknown_scope")]
    [InlineData("""{"name":"n","scopes":["read","read"]}""", "/scopes/1 duplicate")]
    [InlineData("""{"name":"n","scopes":["read",null]}""", "/scopes/1 wrong_type")]
    [InlineData("""{"name":"n","scopes":["read",7]}""", "/scopes/1 wrong_type")]
    [InlineData("""{"name":"n","scopes":"read"}""", "/scopes wrong_type")]
    [InlineData("""{"name":"n","scopes":["read"],"expires_at":"2020-01-01T00:00:00Z"}""", "/expires_at in_the_past")]
    [InlineData("""{"name":"n","scopes":["read"],"expires_at":"tomorrow"}""", "/expires_at wrong_type")]
    [InlineData("""{"scopes":["read"]}""", "/name required")]
    public async Task A_token_that_could_not_be_used_is_not_made(string json, string error)
    {
        using var response = await app.Admin.SendAsync("POST", "/api/access-tokens", json);

        Assert.Equal([error], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_deletion_needs_the_tag_and_a_token_that_is_gone_stays_gone()
    {
        using var created = await app.Admin.SendAsync("POST", "/api/access-tokens", """{"name":"n","scopes":["stats"]}""");
        var path = created.Headers.Location!.ToString();

        using var without = await app.Admin.SendAsync("DELETE", path);
        await without.ProblemAsync(428, "if_match_required");
        using var deleted = await app.Admin.SendAsync("DELETE", path, ifMatch: created.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var again = await app.Admin.SendAsync("DELETE", path, ifMatch: "*");
        await again.ProblemAsync(404, "not_found");
    }
}
