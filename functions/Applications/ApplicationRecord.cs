using Azure;

namespace Serverless.Functions.Applications;

/// <summary>An application as it is stored.</summary>
internal sealed record ApplicationRecord
{
    /// <summary>What the API shows.</summary>
    public required Application Value { get; init; }

    /// <summary>Random, made with the application: one of the same identifier made later is another one.</summary>
    public required string Generation { get; init; }

    /// <summary>Of the product it was made for.</summary>
    public required string ProductGeneration { get; init; }

    /// <summary>
    /// What its keys are to be. Ahead of the state that is shown while a suspension or a deletion is under way: those
    /// are told to be done when every key is refused, not before.
    /// </summary>
    public KeyState Wanted { get; init; }

    /// <summary>Counts the changes that concern the keys.</summary>
    public long Turn { get; init; }

    /// <summary>Whether its account lets it in.</summary>
    public bool AccountActive { get; init; } = true;

    /// <summary>Which turn of its account that is from.</summary>
    public long AccountTurn { get; init; }

    /// <summary>Patterns of the hosts that may use it; empty for any.</summary>
    public IReadOnlyList<string> Referrers { get; init; } = [];

    /// <summary>Of the row, as it was read.</summary>
    public ETag ETag { get; init; }

    /// <summary>What the row of a key of this application has to say.</summary>
    public KeyRecord ForKey(StoredKey stored)
    {
        var key = new KeyRecord
        {
            Application = Value.Id,
            ApplicationGeneration = Generation,
            Generation = stored.Generation,
            ProductGeneration = ProductGeneration,
            Plan = Value.Plan,
            State = Wanted == KeyState.Live && !AccountActive ? KeyState.Suspended : Wanted,
            Turn = Turn,
            CreatedAt = stored.CreatedAt,
            Referrers = Referrers,
        };
        return Wanted == KeyState.Deleted ? key.Delete() : key;
    }
}

/// <summary>A credential in the partition of its application.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Hash">What is known of it.</param>
/// <param name="Generation">Random, made with the key.</param>
/// <param name="CreatedAt">When.</param>
internal sealed record StoredKey(KeyKind Kind, KeyHash Hash, string Generation, DateTimeOffset CreatedAt);

/// <summary>All of an application's partition, read at once.</summary>
/// <param name="Application">The application.</param>
/// <param name="Keys">All its credentials, oldest first.</param>
/// <param name="KeysETag">Changes whenever a key is added or removed, and with every change that concerns the keys.</param>
internal sealed record ApplicationWithKeys(ApplicationRecord Application, IReadOnlyList<StoredKey> Keys, ETag KeysETag)
{
    /// <summary>Those that are handed out and withdrawn.</summary>
    public IReadOnlyList<StoredKey> Secrets => [.. Keys.Where(key => key.Kind.IsSecret())];
}
