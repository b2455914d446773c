using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Serverless.Functions.Backends;
using Serverless.Functions.MappingRules;
using Serverless.Functions.MessageRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Plans;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Writes a product as the document that would make it: what the API answers of each resource, as far as it can be sent
/// back, in an order that depends on nothing but what is said.
/// </summary>
internal sealed class DocumentExport(Present present, SharedPoliciesTable sharedPolicies)
{
    /// <summary>The document, or null when there is no such product.</summary>
    public async Task<JsonObject?> WriteAsync(string name, CancellationToken cancel)
    {
        var now = await present.ReadProductAsync(name, cancel);
        if (now.Product is not { Value: var product })
        {
            return null;
        }

        var body = Write(product, ProductsJson.Default.Product, ProductsJson.Default.ProductInput, "secret_token_set");
        body["backends"] = await WriteUsesAsync(now, cancel);
        body["metrics"] = WriteMetrics(now.Metrics);
        body["mapping_rules"] = WriteRules(now.Rules);
        body["message_rules"] = WriteMessageRules(now.MessageRules);
        await WriteSharedAsync(body, now.Chain.Value, cancel);
        body["policies"] = WriteChain(now.Chain.Value.WithoutSecrets());
        body["plans"] = new JsonArray([.. now.Plans.Select(plan => WritePlan(plan.Value, now))]);
        return new JsonObject { ["product"] = body };
    }

    private async Task<JsonArray> WriteUsesAsync(PresentProduct now, CancellationToken cancel)
    {
        var uses = new JsonArray();
        foreach (var use in now.Uses.Select(use => use.Value).OrderBy(use => use.Path, StringComparer.Ordinal))
        {
            // One that is gone was taken out of the product first, since its uses were read.
            if (await present.ReadBackendAsync(use.Backend, cancel) is { Backend: { } backend } its)
            {
                var body = Write(backend.Value, BackendsJson.Default.Backend, BackendsJson.Default.BackendInput);
                body["metrics"] = WriteMetrics(its.Metrics);
                body["mapping_rules"] = WriteRules(its.Rules);
                uses.Add(new JsonObject { ["path"] = use.Path, ["backend"] = body });
            }
        }

        return uses;
    }

    /// <summary>A shared policy as the body that would make it, without its secrets.</summary>
    public static JsonObject Write(SharedPolicy policy) =>
        Write(CataloguedPolicy.Of(policy), PoliciesJson.Default.CataloguedPolicy, PoliciesJson.Default.SharedPolicyInput);

    // Most chains name none. One that is gone was taken out of the chain first, since that was read.
    private async Task WriteSharedAsync(JsonObject body, PolicyChain chain, CancellationToken cancel)
    {
        var found = await sharedPolicies.FindAsync(chain.Shared, cancel);
        if (found.Count > 0)
        {
            body[SharedPolicyReader.List] = new JsonArray(
                [.. chain.Shared.Where(found.ContainsKey).Select(name => Write(found[name]))]);
        }
    }

    // The one that is there without being asked for comes first.
    private static JsonArray WriteMetrics(IEnumerable<Stored<Metric>> metrics) => new(
    [
        .. metrics.Select(metric => metric.Value)
            .OrderBy(metric => metric.SystemName != FirstMetric.Name)
            .ThenBy(metric => metric.SystemName, StringComparer.Ordinal)
            .Select(metric => Write(metric, MetricsJson.Default.Metric, MetricsJson.Default.MetricInput)),
    ]);

    private static JsonArray WriteRules(IEnumerable<Stored<Rule>> rules) => new(
    [
        .. rules.Select(rule => Write(rule.Value, MappingRulesJson.Default.Rule, MappingRulesJson.Default.RuleInput, "position")),
    ]);

    private static JsonArray WriteMessageRules(IEnumerable<Stored<MessageRuleDraft>> rules) => new(
    [
        .. rules.Select(rule => Write(
            rule.Value,
            MessageRulesJson.Default.MessageRuleDraft,
            MessageRulesJson.Default.MessageRuleInput,
            "position")),
    ]);

    private static JsonNode WriteChain(PolicyChain chain) =>
        JsonSerializer.SerializeToNode(chain, PoliciesJson.Default.PolicyChain)!["policies"]!.DeepClone();

    private static JsonObject WritePlan(Plan plan, PresentProduct now)
    {
        var body = Write(plan, PlansJson.Default.Plan, PlansJson.Default.PlanInput);
        body["limits"] = new JsonArray(
        [
            .. now.Limits[plan.SystemName].Select(limit => limit.Value)
                .OrderBy(limit => limit.Metric, StringComparer.Ordinal)
                .ThenBy(limit => limit.Period)
                .Select(limit => Write(limit, PlansJson.Default.PlanLimit, PlansJson.Default.LimitInput, "id")),
        ]);
        body["pricing_rules"] = new JsonArray(
        [
            .. now.Prices[plan.SystemName].Select(price => price.Value)
                .OrderBy(price => price.Metric, StringComparer.Ordinal)
                .ThenBy(price => price.Min)
                .Select(price => Write(price, PlansJson.Default.PricingRule, PlansJson.Default.PricingRuleInput, "id")),
        ]);
        return body;
    }

    // What a body may hold; the rest of an answer is the server's own.
    private static JsonObject Write<T>(T value, JsonTypeInfo<T> type, JsonTypeInfo input, params ReadOnlySpan<string> without)
    {
        var body = Reduce(JsonSerializer.SerializeToNode(value, type)!.AsObject(), input);
        foreach (var name in without)
        {
            body.Remove(name);
        }

        return body;
    }

    private static JsonObject Reduce(JsonObject answer, JsonTypeInfo input)
    {
        var body = new JsonObject();
        foreach (var (name, member) in answer)
        {
            if (input.Properties.FirstOrDefault(property => property.Name == name) is { } known)
            {
                var type = input.Options.GetTypeInfo(known.PropertyType);
                body[name] = member is JsonObject inner && type.Kind == JsonTypeInfoKind.Object
                    ? Reduce(inner, type)
                    : member?.DeepClone();
            }
        }

        return body;
    }
}
