using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of a product's policy chain. Secrets in it are taken and kept, and never shown.</summary>
internal sealed class ChainChange(PoliciesTable policies, ChainReplacement replacement)
{
    public void Put(ChangeList changes, Product product, Stored<PolicyChain> present, PolicyChain chain)
    {
        var whole = chain.KeepSecrets(present.Value);
        changes.Put(
            $"/api/products/{product.SystemName}/policies",
            new Wanted<PolicyChain>("", whole.WithoutSecrets(), new(present.Value.WithoutSecrets(), present.ETag)),
            PoliciesJson.Default.PolicyChain,
            _ => throw new InvalidOperationException("A product has a chain from its first day."),
            async (tag, cancel) =>
            {
                // That of a product made by this very document got a tag with it.
                var ifMatch = tag == default ? (await policies.FindAsync(product, cancel))?.ETag : tag;
                return ifMatch is { } known
                    && await replacement.ReplaceAsync(product, whole, known, cancel) is ChainReplaced.Done;
            },
            differs: PoliciesTable.Write(whole) != PoliciesTable.Write(present.Value));
    }
}
