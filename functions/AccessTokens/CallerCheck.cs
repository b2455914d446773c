using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.AccessTokens;

/// <summary>Decides whether a caller may call: the one check, which both hosts put before every function.</summary>
internal sealed class CallerCheck(IOptions<AccessTokenOptions> options, KnownTokens tokens, LastUse lastUse)
{
    private readonly byte[] _adminHash = SHA256.HashData(Encoding.UTF8.GetBytes(options.Value.AdminToken));

    /// <summary>Null when he may, and the request then tells who he is; otherwise the refusal.</summary>
    public async ValueTask<Problem?> RefuseAsync(HttpRequest request, CallerRuleAttribute rule, CancellationToken cancel)
    {
        if (rule is not CalledByAttribute { Scope: var needed })
        {
            return null;
        }

        if (TokenOf(request) is not { } token)
        {
            return Unauthenticated("Send an access token: Authorization: Bearer …", "Bearer");
        }

        // Hashed first: the comparison then says nothing of the token's length or beginning.
        if (CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), _adminHash))
        {
            request.HttpContext.Features.Set(Caller.Admin);
            return null;
        }

        if (await tokens.FindAsync(token, cancel) is not { } held)
        {
            return Unauthenticated("The access token is unknown, deleted or expired.", "Bearer error=\"invalid_token\"");
        }

        await lastUse.NoteAsync(held.Id, cancel);
        request.HttpContext.Features.Set(new Caller(held.Id, held.Name));
        return held.Scopes.Allow(needed)
            ? null
            : Problem.Of(403, "forbidden", "Not allowed.", $"This needs an access token with scope '{needed.Name()}'.");
    }

    // SignalR's JavaScript client, when it connects again, puts the service's token where ours belongs. A caller that may be one
    // names ours elsewhere, and then that is the one.
    private static string? TokenOf(HttpRequest request)
    {
        if (request.Headers.TryGetValue("X-Access-Token", out var named))
        {
            return named.ToString().Trim() is { Length: > 0 } other ? other : null;
        }

        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && header["Bearer ".Length..].Trim() is { Length: > 0 } token
            ? token
            : null;
    }

    private static Problem Unauthenticated(string detail, string challenge) => new(
        new ProblemDocument { Status = 401, Code = "unauthenticated", Title = "Who are you?", Detail = detail },
        ("WWW-Authenticate", challenge));
}
