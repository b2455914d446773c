using Azure;

namespace Serverless.Functions.Promotion;

/// <summary>Which version of a product an environment serves, and how it came to that.</summary>
internal sealed record EnvironmentRecord
{
    // Far more than anybody goes back; each costs a few characters in the row.
    private const int MostRemembered = 1000;

    // All of them are shown at once, and every poll of a relay's reads them.
    private const int MostMoves = 100;

    public required string Environment { get; init; }

    public required string Product { get; init; }

    /// <summary>Of the product: with another one, the record is of one that was deleted.</summary>
    public required string Generation { get; init; }

    public required int Version { get; init; }

    public required DateTimeOffset PromotedAt { get; init; }

    /// <summary>The versions that a rollback goes through, the next one last.</summary>
    public required IReadOnlyList<int> Before { get; init; }

    /// <summary>Every version that the environment has served.</summary>
    public required IReadOnlyList<int> Held { get; init; }

    /// <summary>How the pointer came to where it is, the last move last; of long ago, nobody knows any more.</summary>
    public required IReadOnlyList<Move> Moves { get; init; }

    /// <summary>Where clients reach the version, if not by path alone; what <see cref="AddressClaims"/> are held against.</summary>
    public string? PublicBaseUrl { get; init; }

    /// <summary>Since when no promotion and no rollback moves the pointer; null while they do.</summary>
    public DateTimeOffset? PinnedAt { get; init; }

    /// <summary>Why, for whoever would.</summary>
    public string? PinReason { get; init; }

    /// <summary>Of the row, as it was read; none when there is none yet.</summary>
    public ETag ETag { get; init; }

    /// <summary>The first version of an environment.</summary>
    public static EnvironmentRecord First(
        string environment,
        string product,
        string generation,
        int version,
        DateTimeOffset now) => new()
        {
            Environment = environment,
            Product = product,
            Generation = generation,
            Version = version,
            PromotedAt = now,
            Before = [],
            Held = [version],
            Moves = [new(version, now)],
        };

    /// <summary>Serves another version; a rollback comes back to this one.</summary>
    public EnvironmentRecord Promote(int version, DateTimeOffset now) => Serve(version, now) with
    {
        Before = [.. Before.Append(Version).TakeLast(MostRemembered)],
        Held = [.. Held.Where(held => held != version).Append(version).TakeLast(MostRemembered)],
    };

    /// <summary>Serves the version that was served before; null when there was none. A second one goes on further back.</summary>
    public EnvironmentRecord? RollBack(DateTimeOffset now) => Before.Count == 0
        ? null
        : Serve(Before[^1], now) with { Before = [.. Before.SkipLast(1)] };

    /// <summary>Serves a version that was served once; null when it never was.</summary>
    public EnvironmentRecord? RollBackTo(int version, DateTimeOffset now)
    {
        if (!Held.Contains(version))
        {
            return null;
        }

        var place = Before.ToList().LastIndexOf(version);
        return place < 0
            ? Promote(version, now)
            : Serve(version, now) with { Before = [.. Before.Take(place)] };
    }

    private EnvironmentRecord Serve(int version, DateTimeOffset now) => this with
    {
        Version = version,
        PromotedAt = now,
        Moves = [.. Moves.Append(new(version, now)).TakeLast(MostMoves)],
    };
}

/// <summary>That an environment began to serve a version.</summary>
internal readonly record struct Move(int Version, DateTimeOffset At);
