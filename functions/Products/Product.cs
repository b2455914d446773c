using System.Text.Json.Serialization;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Products;

/// <summary>What clients are given access to: backends, metrics, mapping rules, a policy chain and plans under one name.</summary>
internal sealed record Product
{
    public required string SystemName { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? StagingPublicBaseUrl { get; init; }

    public string? ProductionPublicBaseUrl { get; init; }

    public required CredentialSettings Credentials { get; init; }

    /// <summary>Whether an application that has referrer filters is served only to those. Live at once.</summary>
    public bool ReferrerFiltersRequired { get; init; }

    /// <summary>Random, made with the product: a product of the same name made later is another one.</summary>
    [JsonIgnore]
    public string Generation { get; init; } = "";

    /// <summary>The partition that holds everything which belongs to the product.</summary>
    [JsonIgnore]
    public string Partition => PartitionOf(SystemName, Generation);

    /// <summary>The same for a product that need not be there.</summary>
    public static string PartitionOf(string systemName, string generation) => Parts.PartitionOf(systemName, generation);
}

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
    }

    public Product ToProduct(string systemName, string generation) => new()
    {
        SystemName = systemName,
        Name = Name!,
        Description = Description,
        StagingPublicBaseUrl = StagingPublicBaseUrl,
        ProductionPublicBaseUrl = ProductionPublicBaseUrl,
        Credentials = Credentials?.ToSettings() ?? new CredentialSettings(),
        ReferrerFiltersRequired = ReferrerFiltersRequired ?? false,
        Generation = generation,
    };

    private static void CheckPublic(Errors errors, string at, string? url)
    {
        if (url is not null)
        {
            errors.BaseUrl(at, url, "http", "https", "ws", "wss");
        }
    }
}

/// <summary>How products and the backends they use are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(ProductInput))]
[JsonSerializable(typeof(Listing<Product>))]
[JsonSerializable(typeof(UsedBackend))]
[JsonSerializable(typeof(UsedBackendInput))]
[JsonSerializable(typeof(Listing<UsedBackend>))]
internal sealed partial class ProductsJson : JsonSerializerContext;
