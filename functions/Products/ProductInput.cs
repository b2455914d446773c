using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Products;

/// <summary>Body that makes or replaces a product.</summary>
internal sealed record ProductInput
{
    // The relay's path prefix for the staging environment.
    private const string Reserved = "staging";

    public string? SystemName { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? StagingPublicBaseUrl { get; init; }

    public string? ProductionPublicBaseUrl { get; init; }

    public CredentialsInput? Credentials { get; init; }

    public bool? ReferrerFiltersRequired { get; init; }

    public bool? CloseRefusals { get; init; }

    public ErrorAnswersInput? ErrorAnswers { get; init; }

    public string? HostRewrite { get; init; }

    /// <summary>Left out, it stays as it is; empty, it is removed.</summary>
    public string? SecretToken { get; init; }

    /// <summary>As it was read, so that an answer can be sent back with a change in it.</summary>
    public bool? SecretTokenSet { get; init; }

    public void Check(Errors errors, string? existing = null)
    {
        errors.SystemName("/system_name", SystemName, existing);
        if (existing is null && SystemName == Reserved)
        {
            errors.Add("/system_name", "reserved", $"'{Reserved}' is the path under which gateways serve staging.");
        }

        errors.Name("/name", Name);
        errors.Description("/description", Description);
        CheckPublic(errors, "/staging_public_base_url", StagingPublicBaseUrl);
        CheckPublic(errors, "/production_public_base_url", ProductionPublicBaseUrl);
        if (StagingPublicBaseUrl is not null
            && string.Equals(StagingPublicBaseUrl.TrimEnd('/'), ProductionPublicBaseUrl?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        {
            errors.Add("/production_public_base_url", "duplicate", "It needs to differ from the staging public base URL.");
        }

        Credentials?.Check(errors);
        ErrorAnswers?.Check(errors);
        UpstreamRules.CheckHost(errors, "/host_rewrite", HostRewrite);
        UpstreamRules.CheckToken(errors, "/secret_token", SecretToken);
        if (existing is null && SecretTokenSet is not null)
        {
            errors.Add("/secret_token_set", "immutable", "It is told by answers alone: leave it out.");
        }
    }

    /// <summary>Whether this says of the secret token what is true of the product, if anything.</summary>
    public void CheckAgainst(Product existing, Errors errors)
    {
        if (SecretTokenSet is { } said && said != existing.SecretTokenSet)
        {
            errors.Add(
                "/secret_token_set",
                "immutable",
                "It follows from secret_token, which is removed by an empty one: leave it out or as it is.");
        }
    }

    /// <summary>A new product, or what an existing one becomes.</summary>
    public Product ToProduct(string systemName, string generation, Product? existing = null) => new()
    {
        SystemName = systemName,
        Name = Name!,
        Description = Description,
        StagingPublicBaseUrl = StagingPublicBaseUrl,
        ProductionPublicBaseUrl = ProductionPublicBaseUrl,
        Credentials = Credentials?.ToSettings() ?? new CredentialSettings(),
        ReferrerFiltersRequired = ReferrerFiltersRequired ?? false,
        CloseRefusals = CloseRefusals ?? false,
        ErrorAnswers = ErrorAnswers?.ToAnswers(),
        HostRewrite = HostRewrite,
        SecretToken = SecretToken is null ? existing?.SecretToken
            : SecretToken.Length == 0 ? null
            : SecretToken,
        Generation = generation,
    };

    /// <summary>Its name alone: the rest holds a secret.</summary>
    public override string ToString() => $"product '{SystemName}'";

    private static void CheckPublic(Errors errors, string at, string? url)
    {
        if (url is not null)
        {
            errors.BaseUrl(at, url, "http", "https", "ws", "wss");
        }
    }
}
