using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>What an environment serves of a product.</summary>
/// <param name="Product">The product.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Version">Which version.</param>
/// <param name="PromotedAt">Since when.</param>
/// <param name="Content">The version as operators see it.</param>
/// <param name="Pin">Null while promotions and rollbacks may move it.</param>
/// <param name="Findings">What there is to know of a draft that was just promoted; null otherwise.</param>
internal sealed record ServedVersion(
    string Product,
    string Environment,
    int Version,
    DateTimeOffset PromotedAt,
    JsonObject Content,
    Pin? Pin,
    IReadOnlyList<Finding>? Findings)
{
    public static ServedVersion Of(Promoted.Live live) => new(
        live.Record.Product,
        live.Record.Environment,
        live.Record.Version,
        live.Record.PromotedAt,
        ShownSnapshot.Of(live.Content),
        Pin.Of(live.Record),
        live.Findings);
}

/// <summary>That an environment is held on its version.</summary>
internal sealed record Pin(DateTimeOffset At, string? Reason)
{
    public static Pin? Of(EnvironmentRecord record) => record.PinnedAt is { } at ? new(at, record.PinReason) : null;
}

/// <summary>A version as it was made.</summary>
internal sealed record MadeVersion(string Product, int Version, DateTimeOffset CreatedAt, JsonObject Content);

/// <summary>A version in the list of versions.</summary>
internal sealed record ListedVersion(int Version, DateTimeOffset CreatedAt, bool Staging, bool Production);

/// <summary>A part of the versions of a product.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Token that gives the next part; null when this is the last.</param>
/// <param name="PendingChanges">Whether a promotion to staging would change what that serves.</param>
internal sealed record VersionHistory(IReadOnlyList<ListedVersion> Items, string? Next, bool PendingChanges);

/// <summary>What an environment has served of a product.</summary>
/// <param name="RollbackTo">The version that a rollback goes to; null when there is none.</param>
/// <param name="Served">One after the other, what is served now first: a hundred at most.</param>
internal sealed record ServedHistory(int? RollbackTo, IReadOnlyList<ServedTime> Served)
{
    public static ServedHistory Of(EnvironmentRecord record) => new(
        record.Before.Count > 0 ? record.Before[^1] : null,
        [
            .. record.Moves.Select((move, index) => new ServedTime(
                move.Version,
                move.At,
                index + 1 < record.Moves.Count ? record.Moves[index + 1].At : null)).Reverse(),
        ]);
}

/// <summary>A time during which a version was served.</summary>
/// <param name="Version">Which version.</param>
/// <param name="From">Since when.</param>
/// <param name="Until">Until when; null while it is.</param>
internal sealed record ServedTime(int Version, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>What an environment serves of a product, in the list of all products.</summary>
/// <param name="Product">The product.</param>
/// <param name="Version">Which version.</param>
/// <param name="PromotedAt">Since when.</param>
/// <param name="PublicBaseUrl">Where clients reach it, if not by path alone.</param>
/// <param name="Hosts">Hosts that it is reached by.</param>
/// <param name="Pin">Null while promotions and rollbacks may move it.</param>
internal sealed record ServedProduct(
    string Product,
    int Version,
    DateTimeOffset PromotedAt,
    string? PublicBaseUrl,
    IReadOnlyList<string> Hosts,
    Pin? Pin)
{
    public static ServedProduct Of(EnvironmentRecord record) => new(
        record.Product,
        record.Version,
        record.PromotedAt,
        record.PublicBaseUrl,
        PublicAddress.Of(record.PublicBaseUrl) is { } address ? [address.Host] : [],
        Pin.Of(record));
}

/// <summary>Body of an unpinning: nothing can be chosen.</summary>
internal sealed record NothingInput;

/// <summary>Body of a promotion to staging.</summary>
internal sealed record StagingInput
{
    /// <summary>Whether tunnels that the environment has open are to end; without it they go on as they began.</summary>
    public bool? CloseConnections { get; init; }
}

/// <summary>Body of a promotion to production, or of a rollback.</summary>
internal sealed record VersionInput
{
    public int? Version { get; init; }

    /// <inheritdoc cref="StagingInput.CloseConnections"/>
    public bool? CloseConnections { get; init; }

    public void Check(Errors errors) => Check(errors, Version);

    public static void Check(Errors errors, int? version)
    {
        if (version < 1)
        {
            errors.Add("/version", "out_of_range", "Versions are numbered from 1.");
        }
    }
}

/// <summary>Body of a pinning.</summary>
internal sealed record PinInput
{
    public int? Version { get; init; }

    public string? Reason { get; init; }

    public void Check(Errors errors)
    {
        VersionInput.Check(errors, Version);
        if (Reason is not null)
        {
            errors.Name("/reason", Reason);
        }
    }
}

/// <summary>How versions are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServedVersion))]
[JsonSerializable(typeof(MadeVersion))]
[JsonSerializable(typeof(VersionHistory))]
[JsonSerializable(typeof(ServedHistory))]
[JsonSerializable(typeof(Listing<ServedProduct>))]
[JsonSerializable(typeof(DraftChanges))]
[JsonSerializable(typeof(NothingInput))]
[JsonSerializable(typeof(StagingInput))]
[JsonSerializable(typeof(VersionInput))]
[JsonSerializable(typeof(PinInput))]
internal sealed partial class PromotionJson : JsonSerializerContext;
