using Serverless.Functions.MappingRules;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of mapping rules.</summary>
internal sealed class RuleChanges(RulesTable rules)
{
    public void Put(ChangeList changes, Product product, IEnumerable<Wanted<Rule>> wanted)
    {
        foreach (var rule in wanted)
        {
            changes.Put(
                rule.Present is null ? Address(product) : Address(product, rule.Value),
                rule,
                MappingRulesJson.Default.Rule,
                async cancel => (await rules.AddAsync(product, rule.Value, cancel)).Outcome == RuleWrite.Done,
                async (tag, cancel) => (await rules.ReplaceAsync(product, rule.Value, tag, cancel)).Outcome == RuleWrite.Done,
                made: "id");
        }
    }

    public void Rest(ChangeList changes, Product product, PresentProduct present, IEnumerable<Wanted<Rule>>? wanted, bool prune) =>
        changes.Rest(
            present.Rules,
            wanted,
            prune,
            rule => Address(product, rule),
            MappingRulesJson.Default.Rule,
            async (rule, tag, cancel) => await rules.DeleteAsync(product, rule.Id, tag, cancel) == Write.Done);

    private static string Address(Product product) => $"/api/products/{product.SystemName}/mapping-rules";

    private static string Address(Product product, Rule rule) => $"{Address(product)}/{rule.Id}";
}
