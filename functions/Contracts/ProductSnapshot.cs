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

    /// <summary>What a client's credentials are, and where it puts them.</summary>
    public required CredentialSettings Credentials { get; init; }

    /// <summary>
    /// Whether a browser's WebSocket handshake that is refused is accepted and then closed with a code that says why: pages
    /// are told nothing of a status.
    /// </summary>
    public bool CloseRefusals { get; init; }

    /// <summary>What refusals look like; by default problem documents with 3scale's statuses.</summary>
    public ErrorAnswers ErrorAnswers { get; set; } = new();

    /// <summary>
    /// Sent to the backends as <c>X-3scale-proxy-secret-token</c>, so that they can tell the gateway from others; null
    /// sends none. A secret: shown to relays alone.
    /// </summary>
    public string? SecretToken { get; init; }

    /// <summary>Host header sent to the backends instead of the private base URL's host; null leaves that.</summary>
    public string? HostRewrite { get; init; }

    /// <summary>The backends of the product, by the path each is mounted on.</summary>
    public required IReadOnlyList<BackendUsage> Backends { get; init; }

    /// <summary>Mapping rules in the order in which they apply.</summary>
    public required IReadOnlyList<MappingRule> MappingRules { get; init; }

    /// <summary>Message rules in their order; all that match a message count.</summary>
    public IReadOnlyList<MessageRule> MessageRules { get; set; } = [];

    /// <summary>Enabled policies, in the order in which they apply.</summary>
    public required IReadOnlyList<ChainedPolicy> PolicyChain { get; init; }
}

/// <summary>
/// What a client's credentials are, where it puts them, and under which names (3scale: backend_version,
/// credentials_location, auth_user_key, auth_app_id, auth_app_key).
/// </summary>
public sealed record CredentialSettings
{
    /// <summary>What a client proves itself with. Defaults to a user key.</summary>
    public CredentialMode Mode { get; set; } = CredentialMode.UserKey;

    /// <summary>The one place looked at; for OIDC a Bearer token counts besides it. Defaults to the query.</summary>
    public CredentialLocation Location { get; set; } = CredentialLocation.Query;

    /// <summary>Name of the query parameter or header that holds the user key. Defaults to <c>user_key</c>.</summary>
    public string UserKeyName { get; set; } = "user_key";

    /// <summary>Name of the query parameter or header that holds the application's identifier. Defaults to <c>app_id</c>.</summary>
    public string AppIdName { get; set; } = "app_id";

    /// <summary>Name of the query parameter or header that holds the application's key. Defaults to <c>app_key</c>.</summary>
    public string AppKeyName { get; set; } = "app_key";

    /// <summary>
    /// Whether a credential may also come as an entry of Sec-WebSocket-Protocol, such as <c>gateway.user_key.{key}</c>: the
    /// one header that pages choose in a handshake.
    /// </summary>
    public bool Subprotocol { get; init; }

    /// <summary>Whose tokens are accepted; needed with <see cref="CredentialMode.Oidc"/>, null otherwise.</summary>
    public OidcSettings? Oidc { get; init; }
}

/// <summary>What a client may prove itself with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CredentialMode>))]
public enum CredentialMode
{
    /// <summary>One secret, the user key (3scale's backend_version 1).</summary>
    [JsonStringEnumMemberName("user_key")]
    UserKey,

    /// <summary>An identifier and a secret, of which there may be several (3scale's backend_version 2).</summary>
    [JsonStringEnumMemberName("app_id")]
    AppId,

    /// <summary>A token of an OpenID provider that names the application (3scale's oidc).</summary>
    [JsonStringEnumMemberName("oidc")]
    Oidc,
}

/// <summary>The OpenID provider whose tokens a product accepts, as JWTs in query, header <c>access_token</c>, or as Bearer.</summary>
public sealed record OidcSettings
{
    /// <summary>Issuer; its keys are found by <c>/.well-known/openid-configuration</c> below it. https, or http to loopback.</summary>
    public required Uri Issuer { get; init; }

    /// <summary>
    /// Claim that holds the client identifier of the application; a path of member names joined by dots goes into objects.
    /// Defaults to <c>azp</c>, as in 3scale.
    /// </summary>
    public string ClientIdClaim { get; set; } = "azp";

    /// <summary>What the token's <c>aud</c> needs to hold; null accepts any.</summary>
    public string? Audience { get; init; }
}

/// <summary>What a product answers when it refuses (3scale's error_* settings); null leaves the problem document.</summary>
public sealed record ErrorAnswers
{
    /// <summary>The client sent no credentials.</summary>
    public ErrorAnswer? CredentialsMissing { get; init; }

    /// <summary>Its credentials are refused.</summary>
    public ErrorAnswer? AuthenticationFailed { get; init; }

    /// <summary>No mapping rule matches.</summary>
    public ErrorAnswer? NoMatch { get; init; }

    /// <summary>A limit is used up.</summary>
    public ErrorAnswer? LimitsExceeded { get; init; }
}

/// <summary>One configured refusal.</summary>
public sealed record ErrorAnswer
{
    /// <summary>HTTP status, 400 to 599.</summary>
    public required int Status { get; init; }

    /// <summary>Content-Type of the text. Defaults to <c>text/plain; charset=utf-8</c>.</summary>
    public string ContentType { get; set; } = "text/plain; charset=utf-8";

    /// <summary>The body.</summary>
    public required string Text { get; init; }
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

    /// <summary>
    /// Further private base URLs of the same backend. New connections go round all of them, and past one that cannot be
    /// reached.
    /// </summary>
    public IReadOnlyList<Uri> Endpoints { get; set; } = [];

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

    /// <summary>
    /// Name of a client certificate among the relay's own settings, shown to backends that ask for one; null shows none.
    /// </summary>
    public string? ClientCertificate { get; init; }

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

    /// <summary>System name of the metric; of a backend's metric <c>{metric}.{backend}</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>What a match adds, 1 and up.</summary>
    public int Delta { get; set; } = 1;

    /// <summary>After a match, no later rule is looked at.</summary>
    public bool Last { get; init; }

    /// <summary>
    /// System name of the backend whose rule it is: it counts only for requests that go to that backend, and its pattern
    /// has the backend's path before it already. Null for the product's own.
    /// </summary>
    public string? Backend { get; init; }
}

/// <summary>A policy in a chain, with its settings.</summary>
public sealed record ChainedPolicy
{
    /// <summary>Name in the catalogue of policies.</summary>
    public required string Name { get; init; }

    /// <summary>Settings; an object, empty where the policy has none.</summary>
    public JsonElement Configuration { get; init; }
}
