namespace Serverless.Functions.Http;

/// <summary>What a caller's token allows.</summary>
internal enum Scope
{
    /// <summary>Reading what is configured.</summary>
    Read,

    /// <summary>Changing it, and reading it and what was used.</summary>
    Manage,

    /// <summary>What relays ask for: configuration and authorisation.</summary>
    Relay,

    /// <summary>Reading what was used.</summary>
    Stats,
}

/// <summary>How scopes are spelt.</summary>
internal static class Scopes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["read", "manage", "relay", "stats"];

    /// <summary>The name of a scope.</summary>
    public static string Name(this Scope scope) => Names[(int)scope];

    /// <summary>Whether a token with these scopes may do what needs this one.</summary>
    public static bool Allow(this IReadOnlyCollection<string> held, Scope needed) =>
        held.Contains(needed.Name()) || (needed is Scope.Read or Scope.Stats && held.Contains(Scope.Manage.Name()));
}
