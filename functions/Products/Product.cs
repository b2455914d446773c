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

    /// <summary>Whether a browser's refused handshake is accepted and then closed with a code that says why.</summary>
    public bool CloseRefusals { get; init; }

    /// <summary>What refusals look like, where not as problem documents; null for none.</summary>
    public ErrorAnswers? ErrorAnswers { get; init; }

    /// <summary>Host header for the backends in place of their own; null for none.</summary>
    public string? HostRewrite { get; init; }

    /// <summary>Whether there is a secret token. What it is, relays alone are told.</summary>
    public bool SecretTokenSet => SecretToken is not null;

    /// <summary>By which the backends tell the gateway from others; null for none.</summary>
    [JsonIgnore]
    public string? SecretToken { get; init; }

    /// <summary>Random, made with the product: a product of the same name made later is another one.</summary>
    [JsonIgnore]
    public string Generation { get; init; } = "";

    /// <summary>The partition that holds everything which belongs to the product.</summary>
    [JsonIgnore]
    public string Partition => PartitionOf(SystemName, Generation);

    /// <summary>The same for a product that need not be there.</summary>
    public static string PartitionOf(string systemName, string generation) => Parts.PartitionOf(systemName, generation);

    /// <summary>Its name alone: the rest holds a secret.</summary>
    public override string ToString() => $"product '{SystemName}'";
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
