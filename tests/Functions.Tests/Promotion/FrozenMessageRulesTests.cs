using System.Text.Json;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.MessageRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Promotion;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Promotion;

public sealed class FrozenMessageRulesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Message_rules_reach_the_relays_by_promotion_in_their_order()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        var rules = $"/api/products/{workshop.Product}/message-rules";
        await workshop.PromoteAsync("staging");
        await app.Admin.DoAsync("POST", rules, """{"direction":"in","opcode":"text","pointer":"/type","equals":"say","metric":"hits","position":9}""");
        await app.Admin.DoAsync("POST", rules, """{"direction":"both","pointer":"/x","equals":null,"metric":"hits","delta":2,"position":3}""");

        var changes = await app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/changes");
        await workshop.PromoteAsync("staging");

        Assert.Equal(
            ["add /message_rules/0", "add /message_rules/1"],
            changes["changes"]!.AsArray().Select(change => $"{change!["op"]} {change["path"]}"));
        var pointer = (await app.Admin.DoAsync("GET", "/api/relay/configuration"))["pointers"]!.AsArray()
            .Single(one => (string?)one!["product"] == workshop.Product)!;
        var served = await app.Admin.DoAsync("GET", $"/api/relay/configuration/{workshop.Product}/{pointer["generation"]}/{pointer["version"]}");
        Assert.Equal(
            """[{"direction":"both","opcode":"any","pointer":"/x","metric":"hits","delta":2},{"direction":"in","opcode":"text","pointer":"/type","equals":"say","metric":"hits","delta":1}]""",
            served["message_rules"]!.ToJsonString());
        var read = served.Deserialize(ContractsJson.Default.ProductSnapshot)!.MessageRules;
        Assert.Equal([null, "say"], read.Select(rule => rule.EqualTo?.GetString()));
        Assert.Equal([MessageDirection.Both, MessageDirection.In], read.Select(rule => rule.Direction));
    }

    [Fact]
    public void A_version_from_before_there_were_any_has_none()
    {
        const string Old = """{"product":"p","version":1,"credentials":{},"backends":[],"mapping_rules":[],"policy_chain":[]}""";

        Assert.Empty(JsonSerializer.Deserialize(Old, ContractsJson.Default.ProductSnapshot)!.MessageRules);
    }

    [Fact]
    public void A_metric_that_is_gone_keeps_the_product_from_being_promoted()
    {
        var errors = new Errors();

        FrozenMessageRules.Of(Draft() with { MessageRules = [Rule("hits"), Rule("gone")] }, errors);

        Assert.Equal(["/message_rules/1/metric unknown_metric"], errors.Found.Select(error => $"{error.At} {error.Code}"));
    }

    [Fact]
    public void What_a_message_rule_counts_on_is_not_said_to_be_counted_by_none_nor_is_what_is_built_in()
    {
        var draft = Draft() with
        {
            Metrics = [Metric("hits"), Metric("said"), Metric("lost")],
            MessageRules = [Rule("said")],
            Limits = [.. new[] { "said", "lost", "ws.messages.in" }.Select(metric => ("basic", new PlanLimit(metric, LimitPeriod.Day, 5)))],
        };

        Assert.Equal(
            ["/metrics/lost metric_never_counted", "/plans/basic/limits/lost.day limit_without_rule"],
            MetricLint.Check(draft, SnapshotBuilder.Build(draft, new Errors())).Select(finding => $"{finding.Pointer} {finding.Code}"));
    }

    private static ProductDraft Draft() => new(
        new Product { SystemName = "p", Name = "P", Credentials = new() },
        [],
        [Metric("hits")],
        [],
        new([]));

    private static Metric Metric(string name) => new() { SystemName = name, Name = name, Unit = "hit" };

    private static MessageRuleDraft Rule(string metric) => new()
    {
        Id = "r",
        Direction = MessageDirection.In,
        Opcode = MessageOpcode.Any,
        Metric = metric,
        Delta = 1,
        Position = 1,
    };
}
