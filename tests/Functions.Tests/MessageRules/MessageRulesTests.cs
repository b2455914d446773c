using System.Net;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.MessageRules;

public sealed class MessageRulesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_message_rule_is_made_read_replaced_and_deleted()
    {
        await app.MakeProductAsync("p-life");
        using var created = await app.Admin.SendAsync(
            "POST",
            "/api/products/p-life/message-rules",
            """{"direction":"in","opcode":"text","pointer":"/type","equals":"say","metric":"hits"}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var rule = await created.JsonAsync();
        var path = $"/api/products/p-life/message-rules/{rule["id"]}";
        Assert.Equal(path, created.Headers.Location?.ToString());
        Assert.Equal(
            $$"""{"id":"{{rule["id"]}}","direction":"in","opcode":"text","pointer":"/type","equals":"say","metric":"hits","delta":1,"position":1}""",
            rule.ToJsonString());

        using var replaced = await app.Admin.SendAsync(
            "PUT",
            path,
            """{"direction":"both","metric":"hits","delta":2}""",
            created.Headers.ETag!.ToString());
        Assert.Equal(
            $$"""{"id":"{{rule["id"]}}","direction":"both","opcode":"any","metric":"hits","delta":2,"position":1}""",
            (await replaced.JsonAsync()).ToJsonString());
        using var read = await app.Admin.GetAsync(path).Soon();
        Assert.Equal(replaced.Headers.ETag, read.Headers.ETag);

        await app.Admin.DoAsync("DELETE", path, ifMatch: read.Headers.ETag!.ToString());
        using var gone = await app.Admin.GetAsync(path).Soon();
        await gone.ProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("\"\"", "\"say\"")]
    [InlineData("\"/a/0/~0~1\"", "\"\"")]
    [InlineData("\"/\"", "-1.50e3")]
    [InlineData("\"/x\"", "true")]
    [InlineData("\"/x\"", "false")]
    [InlineData("\"/x\"", "null")]
    public async Task What_the_value_at_the_pointer_needs_to_be_is_kept_as_it_was_said(string at, string value)
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p-values","name":"n"}""");

        var rule = await app.Admin.DoAsync(
            "POST",
            "/api/products/p-values/message-rules",
            $$"""{"direction":"out","pointer":{{at}},"equals":{{value}},"metric":"hits"}""");

        var read = await app.Admin.GetStringAsync($"/api/products/p-values/message-rules/{rule["id"]}").Soon();
        Assert.Contains($"\"pointer\":{at},\"equals\":{value},", read, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_are_listed_by_position_over_several_pages_and_new_ones_come_last()
    {
        await app.MakeProductAsync("p-order");
        foreach (var (pointer, position) in new[] { ("/c", 30), ("/a", 5), ("/b", 5) })
        {
            await AddAsync("p-order", $$"""{"direction":"in","pointer":"{{pointer}}","equals":1,"metric":"hits","position":{{position}}}""");
        }

        await AddAsync("p-order", """{"direction":"in","pointer":"/d","equals":1,"metric":"hits"}""");

        var first = await app.Admin.DoAsync("GET", "/api/products/p-order/message-rules?limit=3");
        var second = await app.Admin.DoAsync("GET", $"/api/products/p-order/message-rules?limit=3&continue={first["next"]}");
        Assert.Equal(["/a 5", "/b 5", "/c 30"], first["items"]!.AsArray().Select(r => $"{r!["pointer"]} {r["position"]}"));
        Assert.Equal(["/d 31"], second["items"]!.AsArray().Select(r => $"{r!["pointer"]} {r["position"]}"));
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task A_metric_stays_while_a_message_rule_names_it()
    {
        await app.MakeProductAsync("p-keeps");
        await app.Admin.DoAsync("POST", "/api/products/p-keeps/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
        var rule = await AddAsync("p-keeps", """{"direction":"in","metric":"m"}""");

        using var refused = await app.Admin.SendAsync("DELETE", "/api/products/p-keeps/metrics/m", ifMatch: "*");
        await refused.ProblemAsync(409, "in_use");
        using var unknown = await app.Admin.SendAsync("POST", "/api/products/p-keeps/message-rules", """{"direction":"in","metric":"none"}""");
        Assert.Equal(["/metric unknown_metric"], (await unknown.ProblemAsync(400, "invalid")).Errors());

        await app.Admin.DoAsync("DELETE", $"/api/products/p-keeps/message-rules/{rule}", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", "/api/products/p-keeps/metrics/m", ifMatch: "*");
    }

    [Theory]
    [InlineData("""{}""", "/direction required", "/metric required")]
    [InlineData("""{"direction":"up","metric":"hits"}""", "/direction unknown_direction")]
    [InlineData("""{"direction":"In","metric":"hits"}""", "/direction unknown_direction")]
    [InlineData("""{"direction":"in","opcode":"ping","metric":"hits"}""", "/opcode unknown_opcode")]
    [InlineData("""{"direction":"in","metric":"ws.messages.in"}""", "/metric invalid_slug")]
    [InlineData("""{"direction":"in","metric":"hits","equals":1}""", "/equals without_pointer")]
    [InlineData("""{"direction":"in","metric":"hits","equals":null}""", "/equals without_pointer")]
    [InlineData("""{"direction":"in","metric":"hits","pointer":"/a"}""", "/equals required")]
    [InlineData("""{"direction":"in","metric":"hits","pointer":"/a","equals":[1]}""", "/equals wrong_type")]
    [InlineData("""{"direction":"in","metric":"hits","pointer":"/a","equals":{}}""", "/equals wrong_type")]
    [InlineData("""{"direction":"in","metric":"hits","pointer":"/a","equals":1e999}""", "/equals out_of_range")]
    [InlineData("""{"direction":"in","metric":"hits","pointer":"a","equals":1}""", "/pointer invalid_pointer")]
    [InlineData("""{"direction":"in","metric":"hits","pointer":"/a~2","equals":1}""", "/pointer invalid_pointer")]
    [InlineData("""{"direction":"in","metric":"hits","pointer":"/~","equals":1}""", "/pointer invalid_pointer")]
    [InlineData("""{"direction":"in","metric":"hits","delta":0,"position":0}""", "/delta too_small", "/position too_small")]
    public async Task A_rule_that_cannot_work_is_refused(string json, params string[] errors)
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p-bad","name":"n"}""");

        using var response = await app.Admin.SendAsync("POST", "/api/products/p-bad/message-rules", json);

        Assert.Equal(errors, (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Pointers_and_texts_have_a_longest_length()
    {
        await app.MakeProductAsync("p-long");

        await AddAsync("p-long", Rule(255, 1024));
        using var pointer = await app.Admin.SendAsync("POST", "/api/products/p-long/message-rules", Rule(256, 1));
        using var value = await app.Admin.SendAsync("POST", "/api/products/p-long/message-rules", Rule(1, 1025));

        Assert.Equal(["/pointer too_long"], (await pointer.ProblemAsync(400, "invalid")).Errors());
        Assert.Equal(["/equals too_long"], (await value.ProblemAsync(400, "invalid")).Errors());

        static string Rule(int pointer, int value) =>
            $$"""{"direction":"in","metric":"hits","pointer":"{{new string('/', pointer)}}","equals":"{{new string('x', value)}}"}""";
    }

    private async Task<string> AddAsync(string product, string json) =>
        (string)(await app.Admin.DoAsync("POST", $"/api/products/{product}/message-rules", json))["id"]!;
}
