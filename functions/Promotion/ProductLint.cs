using Serverless.Contracts;

namespace Serverless.Functions.Promotion;

/// <summary>What is odd about a product itself.</summary>
internal static class ProductLint
{
    public static IEnumerable<Finding> Check(ProductSnapshot snapshot)
    {
        if (snapshot.Credentials is { Mode: CredentialMode.Oidc, Oidc: null })
        {
            yield return Finding.Error(
                "/credentials/oidc",
                "oidc_issuer_missing",
                "The product takes tokens of an OpenID provider and does not say of which one: name the issuer.");
        }

        if (PublicAddress.Of(snapshot.StagingPublicBaseUrl) is { } address
            && address == PublicAddress.Of(snapshot.ProductionPublicBaseUrl))
        {
            yield return Finding.Error(
                "/production_public_base_url",
                "public_base_urls_equal",
                "Staging and production have the same public base URL, so one of them could not be reached.");
        }
    }
}
