using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Declarative;

/// <summary>What documents say of prices, defaults, secrets, and of backends that several products use.</summary>
public sealed class WholeModelTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Prices_become_others_without_a_unit_ever_having_two()
    {
        var (product, _) = ApplyTests.Names();
        await PriceAsync("{metric: hits, min: 1, max: 10, cost_per_unit: 3}, {metric: hits, min: 11, max: 20, cost_per_unit: 2}, {metric: hits, min: 21, cost_per_unit: 1}");

        // The first grows into what the second leaves, and the third is cut in two.
        var answer = await PriceAsync(
            "{metric: hits, min: 1, max: 15, cost_per_unit: 3}, {metric: hits, min: 16, max: 20, cost_per_unit: 2}, {metric: hits, min: 21, max: 30, cost_per_unit: 1}, {metric: hits, min: 31, cost_per_unit: 0.5}");

        Assert.Equal(
            ["delete 11", "update 21", "update 1", "create 16", "create 31"],
            answer.Select(change => change.Replace($"products/{product}/plans/basic/pricing-rules/hits.", "", StringComparison.Ordinal)));

        async Task<IReadOnlyList<string>> PriceAsync(string rules) => (await app.ApplyAsync(
            $"product: {{system_name: {product}, name: n, plans: [{{system_name: basic, name: b, pricing_rules: [{rules}]}}]}}",
            "?prune=true")).Changes().Where(change => change.Contains("pricing", StringComparison.Ordinal)).ToList();
    }

    [Fact]
    public async Task One_plan_is_the_default_and_the_document_says_which()
    {
        var (product, _) = ApplyTests.Names();
        await app.ApplyAsync(Plans("default: true", "state: hidden"));
        Assert.Equal(["a"], await DefaultsAsync());

        Assert.Equal([$"update products/{product}/plans/b"], (await app.ApplyAsync(Plans("default: false", "default: true"))).Changes());
        Assert.Equal(["b"], await DefaultsAsync());
        Assert.Empty((await app.ApplyAsync(Plans("name: a", "name: b"))).Changes());
        Assert.Equal([$"update products/{product}/plans/b"], (await app.ApplyAsync(Plans("name: a", "default: false"))).Changes());
        Assert.Empty(await DefaultsAsync());

        using var both = await app.PostDocumentAsync("/api/documents:apply", Plans("default: true", "default: true"));
        Assert.Equal(["/product/plans/1/default duplicate"], (await both.ProblemAsync(400, "invalid")).Errors());
        using var neither = await app.PostDocumentAsync("/api/documents:apply", Plans("default: 1", "name: b"));
        Assert.Equal(["/product/plans/0/default wrong_type"], (await neither.ProblemAsync(400, "invalid")).Errors());

        string Plans(string a, string b) => $"""
            product:
              system_name: {product}
              name: n
              plans:
                - system_name: a
                  {(a.StartsWith("name", StringComparison.Ordinal) ? "" : "name: a")}
                  {a}
                - system_name: b
                  {(b.StartsWith("name", StringComparison.Ordinal) ? "" : "name: b")}
                  {b}
            """;

        async Task<IEnumerable<string>> DefaultsAsync() => (await app.Admin.DoAsync("GET", $"/api/products/{product}/plans"))["items"]!
            .AsArray().Where(plan => (bool?)plan!["default"] == true).Select(plan => (string)plan!["system_name"]!);
    }

    [Fact]
    public async Task A_secret_token_is_taken_kept_and_never_given()
    {
        var (product, _) = ApplyTests.Names();
        var secret = "secret-" + Guid.NewGuid().ToString("N");

        var made = await app.ApplyAsync($"product: {{system_name: {product}, name: n, secret_token: {secret}}}");
        Assert.DoesNotContain(secret, made.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await app.ExportAsync(product), StringComparison.Ordinal);
        Assert.Equal(0, (int)(await app.ApplyAsync($"product: {{system_name: {product}, secret_token: {secret}}}"))["changed"]!);
        Assert.Equal(0, (int)(await app.ApplyAsync(await app.ExportAsync(product), "?prune=true"))["changed"]!);

        Assert.Equal(1, (int)(await app.ApplyAsync($"product: {{system_name: {product}, secret_token: another}}"))["changed"]!);
        Assert.True((bool)(await app.Admin.DoAsync("GET", $"/api/products/{product}"))["secret_token_set"]!);
        Assert.Equal(1, (int)(await app.ApplyAsync($"product: {{system_name: {product}, secret_token: \"\"}}"))["changed"]!);
        Assert.False((bool)(await app.Admin.DoAsync("GET", $"/api/products/{product}"))["secret_token_set"]!);
    }

    [Fact]
    public async Task A_metric_of_a_backend_is_not_pruned_while_a_plan_of_another_product_names_it()
    {
        var (product, backend) = ApplyTests.Names();
        var other = product + "-2";
        await app.ApplyAsync(ApplyTests.Chat(product, backend));
        await app.ApplyAsync($"product: {{system_name: {other}, name: n, backends: [{{path: /, backend: {backend}}}], plans: [{{system_name: a, name: a, limits: [{{metric: joins.{backend}, period: day, value: 1}}]}}]}}");
        var bare = $"product: {{system_name: {product}, name: n, backends: [{{path: /, backend: {{system_name: {backend}, name: n, private_base_url: \"http://b\"}}}}]}}";

        using var refused = await app.PostDocumentAsync("/api/documents:apply?prune=true", bare);
        Assert.Equal(["/product/backends/0/backend/metrics in_use"], (await refused.ProblemAsync(400, "invalid")).Errors());

        await app.Admin.DoAsync("DELETE", $"/api/products/{other}/plans/a", ifMatch: "*");
        var answer = await app.ApplyAsync(bare, "?prune=true");
        Assert.Contains($"delete backends/{backend}/metrics/joins", answer.Changes());
    }

    [Fact]
    public async Task Plans_made_for_one_application_are_in_no_document_and_hold_what_they_name()
    {
        var (product, backend) = ApplyTests.Names();
        await app.ApplyAsync(ApplyTests.Chat(product, backend));
        var account = product;
        await app.Admin.DoAsync("POST", "/api/accounts", $$"""{"system_name":"{{account}}","name":"A"}""");
        var made = await app.Admin.DoAsync("POST", $"/api/accounts/{account}/applications", $$"""{"product":"{{product}}","plan":"basic","name":"A"}""");
        var custom = (string)(await app.Admin.DoAsync("POST", $"/api/applications/{made["id"]}:customize-plan"))["plan"]!;

        Assert.DoesNotContain(custom, await app.ExportAsync(product), StringComparison.Ordinal);
        Assert.Equal(0, (int)(await app.ApplyAsync(await app.ExportAsync(product), "?prune=true"))["changed"]!);

        using var held = await app.PostDocumentAsync("/api/documents:apply?prune=true", $"product: {{system_name: {product}, name: n}}");
        Assert.Equal(["/product/metrics in_use", "/product/backends in_use"], (await held.ProblemAsync(400, "invalid")).Errors());
        using var named = await app.PostDocumentAsync("/api/documents:apply", $"product: {{system_name: {product}, plans: [{{system_name: {custom}, name: n}}]}}");
        Assert.Contains("/product/plans/0/system_name custom_plan", (await named.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task What_is_said_of_plans_is_held_together()
    {
        var (product, backend) = ApplyTests.Names();
        using var response = await app.PostDocumentAsync(
            "/api/documents:apply",
            $$"""
            product:
              system_name: {{product}}
              name: n
              backends:
                - {path: /, backend: {system_name: {{backend}}, name: n, private_base_url: "http://b", metrics: [{system_name: m, name: m, parent: messages}] } }
              mapping_rules:
                - {method: GET, pattern: /, metric: m.{{backend}}}
              plans:
                - system_name: a
                  name: a
                  limits:
                    - {metric: m.{{backend}}, period: day, value: 1}
                    - {metric: gone.{{backend}}, period: day, value: 1}
                    - {metric: hits.nowhere, period: day, value: 1}
                  pricing_rules:
                    - {metric: hits, min: 1, max: 10, cost_per_unit: 1}
                    - {metric: hits, min: 10, cost_per_unit: 1}
                    - {metric: hits.{{backend}}, min: 1, cost_per_unit: 0.00001}
                    - {metric: nothing, min: 0, max: -1}
            """);

        Assert.Equal(
            [
                "/product/backends/0/backend/metrics/0/parent invalid_parent",
                "/product/mapping_rules/0/metric invalid_slug",
                "/product/plans/0/limits/1/metric unknown_metric",
                "/product/plans/0/limits/2/metric unknown_metric",
                "/product/plans/0/pricing_rules/2/cost_per_unit too_precise",
                "/product/plans/0/pricing_rules/3/min out_of_range",
                "/product/plans/0/pricing_rules/3/max out_of_range",
                "/product/plans/0/pricing_rules/3/cost_per_unit required",
                "/product/plans/0/pricing_rules/3/metric unknown_metric",
                "/product/plans/0/pricing_rules/1 overlapping",
            ],
            (await response.ProblemAsync(400, "invalid")).Errors());
    }
}
