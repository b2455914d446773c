using System.Collections.Frozen;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Products;

/// <summary>Where a client may put its credentials, as a body says it. What is left out is as 3scale has it.</summary>
internal sealed record CredentialsInput
{
    // Headers that a handshake needs for itself, or that every proxy on the way rewrites.
    private static readonly FrozenSet<string> Taken = FrozenSet.ToFrozenSet(
        [
            "connection", "content-length", "content-type", "cookie", "expect", "host", "keep-alive", "origin",
            "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
        ],
        StringComparer.OrdinalIgnoreCase);

    // Not the contract's own record: deserialized, its defaults would be lost.
    public CredentialLocation? Location { get; init; }

    public string? UserKeyName { get; init; }

    public void Check(Errors errors)
    {
        const string At = "/credentials/user_key_name";
        if (UserKeyName is not { } name)
        {
            return;
        }

        if (name.Length is 0 or > Rules.MaxName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            errors.Add(At, "invalid_name", $"It needs 1 to {Rules.MaxName} letters, digits, '-' and '_'.");
        }
        else if (Location == CredentialLocation.Headers && IsTaken(name))
        {
            errors.Add(At, "reserved", "That header has a meaning of its own in every request: take another name.");
        }
    }

    public CredentialSettings ToSettings()
    {
        var settings = new CredentialSettings();
        return new() { Location = Location ?? settings.Location, UserKeyName = UserKeyName ?? settings.UserKeyName };
    }

    private static bool IsTaken(string name)
    {
        // Names with '_' are the same as with '-'.
        var header = name.Replace('_', '-');
        return Taken.Contains(header) || header.StartsWith("sec-websocket-", StringComparison.OrdinalIgnoreCase);
    }
}
