namespace Serverless.Contracts;

/// <summary>
/// What a relay holds and has refused. Body of <c>POST /api/relay/status</c>, about every 5 s; what a relay has not repeated
/// for 30 s is no longer counted.
/// </summary>
public sealed record RelayStatus
{
    /// <summary>Products that one report may name.</summary>
    public const int MostProducts = 10_000;

    /// <summary>The relay's identity, new with every start; 1 to 64 letters, digits and dashes.</summary>
    public required string Relay { get; init; }

    /// <summary>Tunnels that are open.</summary>
    public required IReadOnlyList<OpenTunnels> Open { get; init; }

    /// <summary>Requests refused since the relay started.</summary>
    public required IReadOnlyList<RefusedRequests> Refused { get; init; }
}

/// <summary>Tunnels that a relay holds.</summary>
/// <param name="Product">System name of the product.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Count">How many, 0 and up.</param>
public sealed record OpenTunnels(string Product, string Environment, long Count);

/// <summary>Requests that a relay has refused.</summary>
/// <param name="Product">System name of the product; null when none was found.</param>
/// <param name="Reason">The reason's code, as in the answer.</param>
/// <param name="Count">How many, 1 and up.</param>
public sealed record RefusedRequests(string? Product, string Reason, long Count);
