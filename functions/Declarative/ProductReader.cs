using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Reads what a document wants of a product, held against what is, and notes everything that is wrong with it: with its
/// parts, and with what they say of each other.
/// </summary>
internal sealed class ProductReader(
    Fitting fitting,
    PresentProduct present,
    IReadOnlyDictionary<string, PresentBackend> backends,
    IReadOnlyDictionary<string, Stored<SharedPolicy>> sharedPolicies,
    TimeProvider clock)
{
    private const string Member = "product";

    /// <summary>The product's section of a document; null when there is none.</summary>
    public static Section? Find(SourceDocument document, Errors errors)
    {
        var root = new Section(document.Root, "");
        if (!root.IsObject)
        {
            errors.Add("", "wrong_type", "The document needs to be an object.");
            return null;
        }

        foreach (var member in document.Root.EnumerateObject().Where(member => member.Name != Member))
        {
            errors.Add(
                Errors.Append("", member.Name),
                "unknown_member",
                $"There is no member '{Text.Shorten(member.Name)}' here.");
        }

        var product = root.Member(Member);
        if (product is null)
        {
            errors.Required("/" + Member);
        }
        else if (!product.Value.IsObject)
        {
            errors.Add(product.Value.At, "wrong_type", "It needs to be an object.");
            return null;
        }

        return product;
    }

    /// <summary>What is wanted, null when something is wrong with it; and the chain as it is said, even if something is.</summary>
    public (WantedProduct? Wanted, PolicyChainInput? Chain) Read(Section section)
    {
        var stored = present.Product;
        var input = fitting.Fit(
            section.Without("backends", "metrics", "mapping_rules", "message_rules", "policies", SharedPolicyReader.List, "plans"),
            ProductsJson.Default.ProductInput,
            stored is null ? null : JsonSerializer.SerializeToNode(stored.Value, ProductsJson.Default.Product),
            (product, errors) =>
            {
                product.Check(errors, stored?.Value.SystemName);
                if (stored is not null)
                {
                    product.CheckAgainst(stored.Value, errors);
                }
            });
        var metrics = new MetricReader(fitting);
        var own = metrics.Names(section, present.Metrics);
        var backendsOf = new UseReader(fitting, present, backends, clock);
        var uses = backendsOf.Read(section);
        var wanted = metrics.Read(section, present.Metrics);
        var rules = new RuleReader(fitting, own, clock).Read(section, present.Rules);
        var messageRules = new MessageRuleReader(fitting, own, clock).Read(section, present.MessageRules);
        var shared = new SharedPolicyReader(fitting, sharedPolicies).Read(section);
        var (chain, said) = ReadChain(section);
        var all = own.Union(backendsOf.MetricNames(section)).Union(BuiltinMetrics.All).ToHashSet();
        var plans = new PlanReader(fitting, present, all).Read(section);
        return input is null || fitting.Errors.Found.Count > 0
            ? (null, said)
            : (new(
                new(section.At, ToProduct(input, section.Text("system_name")!), stored),
                uses,
                wanted,
                rules,
                messageRules,
                chain,
                plans)
            {
                SharedPolicies = shared,
            }, said);
    }

    private Product ToProduct(ProductInput input, string name) =>
        input.ToProduct(name, present.Product?.Value.Generation ?? Parts.NewGeneration(), present.Product?.Value);

    private (PolicyChain? Chain, PolicyChainInput? Said) ReadChain(Section product)
    {
        if (product.Member("policies") is not { } list)
        {
            return (null, null);
        }

        // As the body of a request has it.
        var body = new JsonObject { ["policies"] = JsonSerializer.SerializeToNode(list.Element, DocumentJson.Default.JsonElement) };
        PolicyChainInput? said = null;
        var chain = fitting.Fit(
            product with { Element = JsonSerializer.SerializeToElement(body, DocumentJson.Default.JsonNode) },
            PoliciesJson.Default.PolicyChainInput,
            null,
            (input, errors) => (said = input).Check(errors));
        return (chain?.ToChain(), said);
    }
}
