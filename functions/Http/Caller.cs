namespace Serverless.Functions.Http;

/// <summary>Whoever calls, known by his token: among the features of a request that was let in.</summary>
/// <param name="Token">Identifier of the access token; never the token.</param>
/// <param name="Name">What the token is called.</param>
internal sealed record Caller(string Token, string Name)
{
    /// <summary>Who calls with the token of the setting.</summary>
    public static Caller Admin { get; } = new("admin-token", "AdminToken");
}
