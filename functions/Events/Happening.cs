using Serverless.Contracts;

namespace Serverless.Functions.Events;

/// <summary>What is about to become a <see cref="GatewayEvent"/>: all of it but when, and which in the row.</summary>
/// <param name="Kind">One of <see cref="EventKinds"/>.</param>
internal sealed record Happening(string Kind)
{
    public string? Product { get; init; }

    public string? Environment { get; init; }

    public long? Version { get; init; }

    public string? Application { get; init; }

    public string? Key { get; init; }

    public string? Backend { get; init; }

    public bool CloseConnections { get; init; }

    /// <summary>The event that it becomes.</summary>
    public GatewayEvent As(long sequence, DateTimeOffset at, string generation) => new()
    {
        Generation = generation,
        Sequence = sequence,
        At = at,
        Kind = Kind,
        Product = Product,
        Environment = Environment,
        Version = Version,
        Application = Application,
        Key = Key,
        Backend = Backend,
        CloseConnections = CloseConnections,
    };
}
