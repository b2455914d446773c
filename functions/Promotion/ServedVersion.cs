using System.Text.Json.Serialization;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>What an environment serves of a product.</summary>
internal sealed record ServedVersion(
    string Product,
    string Environment,
    int Version,
    DateTimeOffset PromotedAt,
    ProductSnapshot Content);

/// <summary>A version in the list of versions.</summary>
internal sealed record ListedVersion(int Version, DateTimeOffset CreatedAt, bool Staging, bool Production);

/// <summary>Body of a promotion to staging: nothing can be chosen.</summary>
internal sealed record StagingInput;

/// <summary>Body of a promotion to production, or of a rollback.</summary>
internal sealed record VersionInput
{
    public int? Version { get; init; }

    public void Check(Errors errors)
    {
        if (Version < 1)
        {
            errors.Add("/version", "out_of_range", "Versions are numbered from 1.");
        }
    }
}

/// <summary>How versions are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServedVersion))]
[JsonSerializable(typeof(Listing<ListedVersion>))]
[JsonSerializable(typeof(StagingInput))]
[JsonSerializable(typeof(VersionInput))]
internal sealed partial class PromotionJson : JsonSerializerContext;
