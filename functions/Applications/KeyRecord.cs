using Azure;

namespace Serverless.Functions.Applications;

/// <summary>What becomes of a request with the key.</summary>
internal enum KeyState
{
    /// <summary>It is let in.</summary>
    Live,

    /// <summary>It is refused: the application is suspended or pending, or its account is not approved.</summary>
    Suspended,

    /// <summary>It is refused for good; the row stays, so that the refusal can say so.</summary>
    Deleted,
}

/// <summary>What the row of a key tells: all that is needed to answer a request with it.</summary>
internal sealed record KeyRecord
{
    public required string Application { get; init; }

    /// <summary>Tells the application from others that had its identifier.</summary>
    public required string ApplicationGeneration { get; init; }

    /// <summary>Tells the key from the same text given to somebody else, or again.</summary>
    public required string Generation { get; init; }

    /// <summary>Tells the product from others that had its name.</summary>
    public required string ProductGeneration { get; init; }

    public required string Plan { get; init; }

    public required KeyState State { get; init; }

    /// <summary>
    /// Which change of the application this follows. A row is never written by one who is behind it, so changes that
    /// overlap leave all keys as the last of them wants.
    /// </summary>
    public required long Turn { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Patterns of the hosts that may use it; empty for any.</summary>
    public IReadOnlyList<string> Referrers { get; init; } = [];

    /// <summary>Of the row, as it was read.</summary>
    public ETag ETag { get; init; }

    /// <summary>The same key, refused for good: no change of the application comes after that.</summary>
    public KeyRecord Delete() => this with { State = KeyState.Deleted, Turn = long.MaxValue };

    /// <summary>Whether another key may take the row: this one is deleted, or its product is.</summary>
    public bool IsFree(string productGeneration) => State == KeyState.Deleted || ProductGeneration != productGeneration;
}
