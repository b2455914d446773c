namespace Serverless.Relay.Sessions;

/// <summary>Which sessions an operator means; what is null is not asked about.</summary>
internal sealed record SessionFilter(string? Product, string? Environment, string? Application, string? Backend)
{
    /// <summary>Whether a session is meant.</summary>
    public bool Matches(Session session) =>
        Is(Product, session.Owner.Product)
        && Is(Environment, session.Owner.Environment)
        && Is(Application, session.Owner.Application)
        && Is(Backend, session.Owner.Backend);

    private static bool Is(string? wanted, string? there) => wanted is null || string.Equals(wanted, there, StringComparison.Ordinal);
}
