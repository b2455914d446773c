using System.Collections.Frozen;

namespace Serverless.Relay.Outcomes;

/// <summary>What a refusal looks like from outside, whatever the detail of the day.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable name: the <c>code</c> of the body and the tag of the metric.</param>
/// <param name="Title">Fixed text; the four that 3scale has are spelt as 3scale spells them.</param>
/// <param name="Level">
/// Level of the access line: a client's doing is Information, another part's Warning, ours Error.
/// </param>
/// <param name="ProxyError">Type in the Proxy-Status header (RFC 9209 §2.3).</param>
/// <param name="Close">
/// Code of the Close frame that stands for it where a product closes refusals: of the range that is everybody's own
/// (RFC 6455 §7.4.2), or one that is registered.
/// </param>
/// <param name="Kind">Which of a product's own answers takes its place, if the product has one.</param>
internal sealed record RefusalRow(
    int Status, string Code, string Title, LogLevel Level, string ProxyError, ushort Close, RefusalKind Kind = RefusalKind.Other);

/// <summary>The one table from reason to status, code, text, log level and metric tag.</summary>
internal static class RefusalTable
{
    private const string Denied = "http_request_denied";
    private const ushort TryAgainLater = 1013;
    private const ushort InternalError = 1011;
    private const ushort NotAuthentic = 4401;

    /// <summary>Code of the Close frame where the backend answered with anything but 101.</summary>
    public const ushort DeclinedClose = 4502;

    private static readonly FrozenDictionary<RefusalReason, RefusalRow> Rows = new Dictionary<RefusalReason, RefusalRow>
    {
        [RefusalReason.ConfigurationUnavailable] = Ours(503, "configuration_unavailable", "Configuration unavailable", "proxy_internal_error"),
        [RefusalReason.ShuttingDown] = Theirs(503, "shutting_down", "Gateway shutting down", "proxy_internal_response"),
        [RefusalReason.Overloaded] = Theirs(503, "overloaded", "Gateway overloaded", "proxy_internal_response"),
        [RefusalReason.RequestInvalid] = Theirs(400, "request_invalid", "Invalid request", "http_request_error"),
        [RefusalReason.ProductNotFound] = Theirs(404, "product_not_found", "Product not found", "destination_not_found"),
        [RefusalReason.NoMappingRule] = Theirs(404, "no_mapping_rule", "No Mapping Rule matched", Denied, RefusalKind.NoMatch),
        [RefusalReason.HandshakeInvalid] = Theirs(400, "handshake_invalid", "Invalid WebSocket handshake", "http_request_error"),
        [RefusalReason.ProtocolNotSupported] = Theirs(501, "protocol_not_supported", "Protocol not supported", "http_request_error"),
        [RefusalReason.HandshakeVersion] = Theirs(426, "handshake_version", "WebSocket version not supported", "http_request_error"),
        [RefusalReason.WebSocketPolicyMissing] = Theirs(403, "websocket_policy_missing", "WebSocket not enabled", Denied),
        [RefusalReason.OriginNotAllowed] = Theirs(403, "origin_not_allowed", "Origin not allowed", Denied),
        [RefusalReason.IpNotAllowed] = Theirs(403, "ip_not_allowed", "IP address not allowed", Denied),
        [RefusalReason.Maintenance] = Theirs(503, "maintenance", "Under maintenance", "destination_unavailable"),
        [RefusalReason.CredentialsMissing] =
            Theirs(403, "credentials_missing", "Authentication parameters missing", Denied, RefusalKind.CredentialsMissing) with { Close = NotAuthentic },
        [RefusalReason.CredentialsMalformed] =
            Theirs(400, "credentials_malformed", "Authentication parameters malformed", "http_request_error") with { Close = NotAuthentic },
        [RefusalReason.UserKeyInvalid] = Unauthentic("user_key_invalid"),
        [RefusalReason.UserKeyDeleted] = Unauthentic("user_key_deleted"),
        [RefusalReason.UserKeyOfAnotherProduct] = Unauthentic("user_key_of_another_product"),
        [RefusalReason.ApplicationNotFound] = Unauthentic("application_not_found"),
        [RefusalReason.ApplicationKeyInvalid] = Unauthentic("application_key_invalid"),
        [RefusalReason.TokenInvalid] = Unauthentic("token_invalid"),
        [RefusalReason.TicketInvalid] = Unauthentic("ticket_invalid"),
        [RefusalReason.ReferrerNotAllowed] = Forbidden("referrer_not_allowed"),
        [RefusalReason.ApplicationNotActive] = Forbidden("application_not_active"),
        [RefusalReason.KeyRevoked] = Forbidden("key_revoked"),
        [RefusalReason.MetricDisabled] = Forbidden("metric_disabled"),
        [RefusalReason.LimitsExceeded] =
            Theirs(429, "limits_exceeded", "Usage limit exceeded", Denied, RefusalKind.LimitsExceeded),
        [RefusalReason.TooManyConnections] =
            Theirs(429, "too_many_connections", "Too many connections", Denied, RefusalKind.LimitsExceeded),
        [RefusalReason.AuthorizationUnavailable] = Ours(503, "authorization_unavailable", "Authorization unavailable", "proxy_internal_error"),
        [RefusalReason.TokenIssuerUnavailable] =
            Ours(503, "token_issuer_unavailable", "Token issuer unavailable", "proxy_internal_error"),
        [RefusalReason.BackendNotRouted] = Theirs(404, "backend_not_routed", "No backend on this path", "destination_not_found"),
        [RefusalReason.BackendUnreachable] = Ours(502, "backend_unreachable", "Backend unreachable", "destination_unavailable"),
        [RefusalReason.BackendTlsFailed] = Ours(502, "backend_tls_failed", "Backend certificate not accepted", "tls_protocol_error"),
        [RefusalReason.BackendTimeout] = Ours(504, "backend_timeout", "Backend timeout", "http_response_timeout"),
        [RefusalReason.BackendHandshakeInvalid] = Ours(502, "backend_handshake_invalid", "Invalid answer of the backend", "http_protocol_error"),
        [RefusalReason.RelayFault] = new(500, "relay_fault", "Fault in the gateway", LogLevel.Error, "proxy_internal_error", CloseOf(500)),
    }.ToFrozenDictionary();

    /// <summary>The row of a reason.</summary>
    public static RefusalRow Row(RefusalReason reason) => Rows[reason];

    private static RefusalRow Theirs(
        int status, string code, string title, string proxyError, RefusalKind kind = RefusalKind.Other) =>
        new(status, code, title, LogLevel.Information, proxyError, CloseOf(status), kind);

    // Pages are to tell who has no good credentials from who may not; the status is 3scale's, and the same.
    private static RefusalRow Unauthentic(string code) => Forbidden(code) with { Close = NotAuthentic };

    private static RefusalRow Forbidden(string code) =>
        Theirs(403, code, "Authentication failed", Denied, RefusalKind.AuthenticationFailed);

    private static RefusalRow Ours(int status, string code, string title, string proxyError) =>
        new(status, code, title, LogLevel.Warning, proxyError, CloseOf(status));

    private static ushort CloseOf(int status) => status switch
    {
        503 => TryAgainLater,
        500 => InternalError,
        _ => (ushort)(4000 + status),
    };
}
