using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Identities;

namespace Serverless.Functions.AccessTokens;

/// <summary>Decides whether a caller may call: the one check, which both hosts put before every function.</summary>
internal sealed class CallerCheck(
    IOptions<AccessTokenOptions> options, KnownTokens tokens, LastUse lastUse, RelayIdentities identities)
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

        if (identities.Concerns(token))
        {
            return Refuse(await identities.JudgeAsync(token, cancel), request, needed);
        }

        if (await tokens.FindAsync(token, cancel) is not { } held)
        {
            return Unknown();
        }

        await lastUse.NoteAsync(held.Id, cancel);
        request.HttpContext.Features.Set(new Caller(held.Id, held.Name));
        return held.Scopes.Allow(needed) ? null : Forbidden(needed);
    }

    // Relays alone have identities, and may do what relays do.
    private static Problem? Refuse(IdentityVerdict verdict, HttpRequest request, Scope needed)
    {
        switch (verdict)
        {
            case IdentityVerdict.Relay relay:
                request.HttpContext.Features.Set(new Caller($"identity {relay.ObjectId}", "Managed identity"));
                return needed == Scope.Relay ? null : Forbidden(needed);
            case IdentityVerdict.Unavailable:
                return new Problem(
                    new ProblemDocument
                    {
                        Status = 503,
                        Code = "identity_unavailable",
                        Title = "Nobody can say who you are.",
                        Detail = "Microsoft Entra does not answer. Nothing is wrong with the request: send it again later.",
                    },
                    ("Retry-After", "10"));
            default:
                return Unknown();
        }
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

    private static Problem Unknown() =>
        Unauthenticated("The access token is unknown, deleted or expired.", "Bearer error=\"invalid_token\"");

    private static Problem Forbidden(Scope needed) =>
        Problem.Of(403, "forbidden", "Not allowed.", $"This needs an access token with scope '{needed.Name()}'.");

    private static Problem Unauthenticated(string detail, string challenge) => new(
        new ProblemDocument { Status = 401, Code = "unauthenticated", Title = "Who are you?", Detail = detail },
        ("WWW-Authenticate", challenge));
}
