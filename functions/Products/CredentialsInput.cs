using System.Collections.Frozen;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Products;

/// <summary>What a client's credentials are and where it may put them, as a body says it. What is left out is as 3scale has it.</summary>
internal sealed record CredentialsInput
{
    private const string At = "/credentials";

    // Headers that a handshake needs for itself, or that every proxy on the way rewrites.
    private static readonly FrozenSet<string> Taken = FrozenSet.ToFrozenSet(
        [
            "connection", "content-length", "content-type", "cookie", "expect", "host", "keep-alive", "origin",
            "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
        ],
        StringComparer.OrdinalIgnoreCase);

    // Not the contract's own record: deserialized, its defaults would be lost.
    public CredentialMode? Mode { get; init; }

    public CredentialLocation? Location { get; init; }

    public string? UserKeyName { get; init; }

    public string? AppIdName { get; init; }

    public string? AppKeyName { get; init; }

    public bool? Subprotocol { get; init; }

    public OidcInput? Oidc { get; init; }

    public void Check(Errors errors)
    {
        CheckName(errors, "user_key_name", UserKeyName);
        CheckName(errors, "app_id_name", AppIdName);
        CheckName(errors, "app_key_name", AppKeyName);
        CheckAlike(errors);
        if (Oidc is not null)
        {
            Oidc.Check(errors, At + "/oidc");
            if (Mode != CredentialMode.Oidc && !errors.Has(At + "/mode"))
            {
                errors.Add(At + "/oidc", "contradiction", "It is for mode oidc alone: leave it out, or change the mode.");
            }
        }
        else if (Mode == CredentialMode.Oidc)
        {
            errors.Required(At + "/oidc");
        }
    }

    public CredentialSettings ToSettings()
    {
        var settings = new CredentialSettings();
        return new()
        {
            Mode = Mode ?? settings.Mode,
            Location = Location ?? settings.Location,
            UserKeyName = UserKeyName ?? settings.UserKeyName,
            AppIdName = AppIdName ?? settings.AppIdName,
            AppKeyName = AppKeyName ?? settings.AppKeyName,
            Subprotocol = Subprotocol ?? settings.Subprotocol,
            Oidc = Oidc?.ToSettings(),
        };
    }

    private void CheckName(Errors errors, string member, string? name)
    {
        if (name is null)
        {
            return;
        }

        var at = $"{At}/{member}";
        if (name.Length is 0 or > Rules.MaxName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            errors.Add(at, "invalid_name", $"It needs 1 to {Rules.MaxName} letters, digits, '-' and '_'.");
        }
        else if (Location == CredentialLocation.Headers && IsTaken(name))
        {
            errors.Add(at, "reserved", "That header has a meaning of its own in every request: take another name.");
        }
    }

    // The second of two that gateways could not tell apart. Names that were left out have their defaults.
    private void CheckAlike(Errors errors)
    {
        var defaults = new CredentialSettings();
        var userKey = Spelt(UserKeyName ?? defaults.UserKeyName);
        var appId = Spelt(AppIdName ?? defaults.AppIdName);
        var appKey = Spelt(AppKeyName ?? defaults.AppKeyName);
        if (appId == userKey)
        {
            errors.Add(At + "/app_id_name", "duplicate", "It needs to differ from the name of the user key.");
        }

        if (appKey == userKey || appKey == appId)
        {
            errors.Add(At + "/app_key_name", "duplicate", "It needs to differ from the names of user key and app_id.");
        }
    }

    private static bool IsTaken(string name)
    {
        var header = Spelt(name);
        return Taken.Contains(header) || header.StartsWith("sec-websocket-", StringComparison.Ordinal);
    }

    // In the names of headers, '_' is the same as '-' and no case is told apart. Whoever moves from query to headers should
    // not find his names taken for one.
    private static string Spelt(string name) => name.Replace('_', '-').ToLowerInvariant();
}
