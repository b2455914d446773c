using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Serverless.Functions.Events;

/// <summary>Where SignalR Service is and what lets in, out of a connection string.</summary>
internal sealed record SignalRConnection
{
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "Endpoint", "AccessKey", "Port", "Version", "ClientEndpoint", "ServerEndpoint", "AuthType", "ClientId",
    };

    /// <summary>Whom tokens are for.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Where clients connect to, if not there.</summary>
    public required Uri ClientEndpoint { get; init; }

    /// <summary>Where the functions send to, if not there.</summary>
    public required Uri ServerEndpoint { get; init; }

    /// <summary>Signs tokens; null with an identity.</summary>
    public string? AccessKey { get; init; }

    /// <summary>Of the identity, if it is a managed one that the deployment has chosen.</summary>
    public string? ClientId { get; init; }

    /// <summary>Whether the identity is a managed one, and not whichever the process has.</summary>
    public bool IsManagedIdentity { get; init; }

    /// <summary>Reads a connection string; the error says what it needs and repeats nothing of it.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out SignalRConnection? connection,
        [NotNullWhen(false)] out string? error)
    {
        connection = null;
        if (!TrySplit(text, out var parts, out error))
        {
            return false;
        }

        var authType = parts.GetValueOrDefault("AuthType", "").ToLowerInvariant();
        var accessKey = parts.GetValueOrDefault("AccessKey");
        error = authType is not ("" or "azure" or "azure.msi" or "aad") ? "AuthType needs to be azure or azure.msi, or nothing with an AccessKey."
            : authType.Length > 0 && accessKey is { Length: > 0 } ? "It has both AuthType and AccessKey: keep one of them."
            : authType.Length == 0 && accessKey is null or "" ? "It needs AccessKey=…, or AuthType=azure.msi for a managed identity."
            : null;
        if (error is null && TryEndpoint(parts, "Endpoint", out var endpoint, out error)
            && TryEndpoint(parts, "ClientEndpoint", out var client, out error)
            && TryEndpoint(parts, "ServerEndpoint", out var server, out error)
            && TryPort(parts, ref endpoint, out error))
        {
            connection = new()
            {
                Endpoint = endpoint!,
                ClientEndpoint = client ?? endpoint!,
                ServerEndpoint = server ?? endpoint!,
                AccessKey = authType.Length == 0 ? accessKey : null,
                ClientId = parts.GetValueOrDefault("ClientId"),
                IsManagedIdentity = authType == "azure.msi",
            };
        }

        return connection is not null;
    }

    // A record would print the key otherwise.
    public override string ToString() => $"{nameof(SignalRConnection)} {{ Endpoint = {Endpoint} }}";

    private static bool TrySplit(
        string text,
        out Dictionary<string, string> parts,
        [NotNullWhen(false)] out string? error)
    {
        parts = new(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // A key may hold more of them.
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : part[..equals].Trim();
            if (!Known.TryGetValue(name, out var known))
            {
                error = $"It needs parts name=value with ';' between them, and of the names {string.Join(", ", Known)} only.";
                return false;
            }

            if (!parts.TryAdd(known, part[(equals + 1)..].Trim()))
            {
                error = $"It has {known} twice.";
                return false;
            }
        }

        error = parts.ContainsKey("Endpoint") ? null : "It needs Endpoint=https://….";
        return error is null;
    }

    // A key that goes over plain HTTP is everybody's.
    private static bool TryEndpoint(Dictionary<string, string> parts, string name, out Uri? endpoint, out string? error)
    {
        (endpoint, error) = (null, null);
        if (!parts.TryGetValue(name, out var text))
        {
            return true;
        }

        if (Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out endpoint)
            && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))
            && endpoint is { Query: "", Fragment: "", UserInfo: "" })
        {
            return true;
        }

        error = $"{name} needs an absolute https address without query and user; http is for this very machine only.";
        return false;
    }

    private static bool TryPort(Dictionary<string, string> parts, ref Uri? endpoint, out string? error)
    {
        error = null;
        if (!parts.TryGetValue("Port", out var text))
        {
            return true;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535)
        {
            endpoint = new UriBuilder(endpoint!) { Port = port }.Uri;
            return true;
        }

        error = "Port needs a whole number from 1 to 65535.";
        return false;
    }
}
