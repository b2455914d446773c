namespace Serverless.Relay.Sessions;

/// <summary>Which sessions are meant; what is null is not asked about.</summary>
internal sealed record SessionFilter(string? Product, string? Environment, string? Application, string? Backend)
{
    /// <summary>Identifier of the key that opened them.</summary>
    public string? Key { get; init; }

    /// <summary>Only those that a key opened, whichever.</summary>
    public bool WithKey { get; init; }

    /// <summary>Whether a session is meant.</summary>
    public bool Matches(Session session) =>
        Is(Product, session.Owner.Product)
        && Is(Environment, session.Owner.Environment)
        && Is(Application, session.Owner.Application)
        && Is(Backend, session.Owner.Backend)
        && Is(Key, session.Owner.Key)
        && (!WithKey || session.Owner.Key is not null);

    private static bool Is(string? wanted, string? there) => wanted is null || string.Equals(wanted, there, StringComparison.Ordinal);
}
