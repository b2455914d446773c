using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Serverless.Functions.Declarative;

/// <summary>Takes over what clients of a 3scale service prove themselves with, where they put it, and under which names.</summary>
internal static partial class CredentialsImport
{
    /// <summary>Members of the service and of its proxy that are taken over here.</summary>
    public static IReadOnlyList<string> Members { get; } =
    [
        "backend_version", "service_backend_version", "authentication_method", "credentials_location", "auth_user_key",
        "auth_app_id", "auth_app_key", "oidc_issuer_endpoint", "oidc_issuer_type", "jwt_claim_with_client_id",
        "jwt_claim_with_client_id_type",
    ];

    public static JsonObject Read(Section service, Section proxy, Section? oidc, Trace trace, Report report)
    {
        const string At = "/credentials";
        var credentials = new JsonObject();
        var (version, at) = ReadVersion(service, proxy);
        var mode = version switch
        {
            null or "1" => "user_key",
            "2" => "app_id",
            "oauth" or "oidc" => "oidc",
            _ => null,
        };
        if (mode is null)
        {
            report.LeaveOut(at, "It is no way to authenticate that 3scale has: the product takes user keys.");
        }

        credentials["mode"] = mode ?? "user_key";
        trace.Add(At + "/mode", at);
        Copy("location", "credentials_location");
        Copy("user_key_name", "auth_user_key");
        Copy("app_id_name", "auth_app_id");
        Copy("app_key_name", "auth_app_key");
        if (mode == "oidc" && ReadProvider(proxy, oidc, trace, report) is { } provider)
        {
            credentials["oidc"] = provider;
        }
        else if (mode == "oidc")
        {
            report.LeaveOut(
                at,
                "No OpenID provider is named, and other kinds of OAuth are not there: the product takes user keys.");
            credentials["mode"] = "user_key";
        }

        return credentials;

        void Copy(string name, string from)
        {
            if (proxy.Text(from) is { Length: > 0 } value)
            {
                // 3scale's gateway lower-cases the names; places are in lower case anyhow.
                credentials[name] = value.ToLowerInvariant();
                trace.Add($"{At}/{name}", $"{proxy.At}/{from}");
            }
        }
    }

    private static (string? Version, string At) ReadVersion(Section service, Section proxy)
    {
        if (proxy.Text("authentication_method") is { Length: > 0 } method)
        {
            return (method, proxy.At + "/authentication_method");
        }

        // 1 and 2 also come as numbers.
        var version = service.Member("backend_version")?.Element.ToString();
        return (string.IsNullOrEmpty(version) ? null : version, service.At + "/backend_version");
    }

    private static JsonObject? ReadProvider(Section proxy, Section? oidc, Trace trace, Report report)
    {
        const string At = "/credentials/oidc";
        var (issuer, from) = proxy.Text("oidc_issuer_endpoint") is { Length: > 0 } named
            ? (named, proxy.At + "/oidc_issuer_endpoint")
            : (oidc?.Text("issuer"), oidc?.At + "/issuer");
        if (issuer is not { Length: > 0 })
        {
            return null;
        }

        if (Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0)
        {
            issuer = new UriBuilder(uri) { UserName = "", Password = "" }.Uri.AbsoluteUri;
            report.Change(
                from,
                "credentials_removed",
                "The client that 3scale registers others with is not needed: it is taken out of the address.");
        }

        trace.Add(At, from);
        var provider = new JsonObject { ["issuer"] = issuer.TrimEnd('/') };
        if (ReadClaim(proxy, report) is { } claim)
        {
            provider["client_id_claim"] = claim;
            trace.Add(At + "/client_id_claim", proxy.At + "/jwt_claim_with_client_id");
        }

        return provider;
    }

    private static string? ReadClaim(Section proxy, Report report)
    {
        if (proxy.Text("jwt_claim_with_client_id") is not { Length: > 0 } claim)
        {
            return null;
        }

        if (proxy.Text("jwt_claim_with_client_id_type") != "liquid")
        {
            return claim;
        }

        var path = LiquidPath().Match(claim);
        if (!path.Success)
        {
            report.LeaveOut(proxy.At + "/jwt_claim_with_client_id", "A claim is named here, or a path of names: not a template.");
        }

        return path.Success ? path.Groups["path"].Value : null;
    }

    [GeneratedRegex(@"\A\s*\{\{\s*(?<path>[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)\s*\}\}\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex LiquidPath();
}
