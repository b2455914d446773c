using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Contracts;

/// <summary>
/// Everything the relay needs to serve one product, frozen by promotion: a version never changes once it is written.
/// Applications, keys, plans and limits are not in it; they are live at once.
/// </summary>
public sealed record ProductSnapshot
{
    /// <summary>System name of the product.</summary>
    public required string Product { get; init; }

    /// <summary>Version of this snapshot, 1 and up, unique for the product.</summary>
    public required int Version { get; init; }

    /// <summary>Public base URL of the staging environment, or null: then only the path prefix reaches it.</summary>
    public Uri? StagingPublicBaseUrl { get; init; }

    /// <summary>Public base URL of the production environment, or null: then only the path prefix reaches it.</summary>
    public Uri? ProductionPublicBaseUrl { get; init; }

    /// <summary>Where a client puts its credentials.</summary>
    public required CredentialSettings Credentials { get; init; }

    /// <summary>The backends of the product, by the path each is mounted on.</summary>
    public required IReadOnlyList<BackendUsage> Backends { get; init; }

    /// <summary>Mapping rules in the order in which they apply.</summary>
    public required IReadOnlyList<MappingRule> MappingRules { get; init; }

    /// <summary>Enabled policies, in the order in which they apply.</summary>
    public required IReadOnlyList<ChainedPolicy> PolicyChain { get; init; }
}

/// <summary>Where a client puts its credentials, and under which name (3scale: credentials_location, auth_user_key).</summary>
public sealed record CredentialSettings
{
    /// <summary>The one place looked at. Defaults to the query.</summary>
    public CredentialLocation Location { get; set; } = CredentialLocation.Query;

    /// <summary>Name of the query parameter or header that holds the user key. Defaults to <c>user_key</c>.</summary>
    public string UserKeyName { get; set; } = "user_key";
}

/// <summary>The places a credential may be in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CredentialLocation>))]
public enum CredentialLocation
{
    /// <summary>A query parameter.</summary>
    [JsonStringEnumMemberName("query")]
    Query,

    /// <summary>A request header; <c>-</c> and <c>_</c> are the same in its name, and so are cases.</summary>
    [JsonStringEnumMemberName("headers")]
    Headers,

    /// <summary>The Authorization header: the user of Basic, or its password when the user is empty, or a Bearer token.</summary>
    [JsonStringEnumMemberName("authorization")]
    Authorization,
}

/// <summary>A backend as one product uses it.</summary>
public sealed record BackendUsage
{
    /// <summary>System name of the backend.</summary>
    public required string Backend { get; init; }

    /// <summary>Path it is mounted on: <c>/</c>, or <c>/a/b</c> without a slash at the end. Removed before forwarding.</summary>
    public required string Path { get; init; }

    /// <summary>Private base URL: http, https, ws or wss. Its path is put before what is forwarded.</summary>
    public required Uri PrivateBaseUrl { get; init; }

    /// <summary>How the backend's certificate is verified, for https and wss.</summary>
    public BackendTls Tls { get; set; } = new();
}

/// <summary>How a backend's certificate is verified. By default as any client does: trusted chain, matching name, in date.</summary>
public sealed record BackendTls
{
    /// <summary>PEM of one or more certificates trusted besides the system's, for this backend alone.</summary>
    public string? CaCertificates { get; init; }

    /// <summary>
    /// SHA-256 of the backend's own certificate (DER), 64 hexadecimal digits. Given, exactly this certificate is
    /// accepted, whoever signed it and whatever its name.
    /// </summary>
    public string? PinnedSha256 { get; init; }

    /// <summary>Name sent as SNI and looked for in the certificate instead of the host of the private base URL.</summary>
    public string? ServerName { get; init; }

    /// <summary>Accept any certificate. Defaults to false; for experiments only.</summary>
    public bool Insecure { get; init; }
}

/// <summary>Adds <see cref="Delta"/> to a metric when method and pattern match (3scale's proxy_rule).</summary>
public sealed record MappingRule
{
    /// <summary>GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or ANY. A WebSocket handshake is a GET.</summary>
    public required string Method { get; init; }

    /// <summary>
    /// Path with <c>{name}</c> for one segment and an optional <c>$</c> for its end, then optionally <c>?key=value</c>
    /// pairs. Without <c>$</c> it matches as a prefix.
    /// </summary>
    public required string Pattern { get; init; }

    /// <summary>System name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>What a match adds, 1 and up.</summary>
    public int Delta { get; set; } = 1;

    /// <summary>After a match, no later rule is looked at.</summary>
    public bool Last { get; init; }
}

/// <summary>A policy in a chain, with its settings.</summary>
public sealed record ChainedPolicy
{
    /// <summary>Name in the catalogue of policies.</summary>
    public required string Name { get; init; }

    /// <summary>Settings; an object, empty where the policy has none.</summary>
    public JsonElement Configuration { get; init; }
}
