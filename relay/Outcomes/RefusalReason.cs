namespace Serverless.Relay.Outcomes;

/// <summary>Every way in which a request ends without reaching, or without being accepted by, a backend.</summary>
internal enum RefusalReason
{
    /// <summary>The relay has not yet learnt what to serve.</summary>
    ConfigurationUnavailable,

    /// <summary>The relay is stopping and takes nothing new.</summary>
    ShuttingDown,

    /// <summary>The relay has as much to do as it can.</summary>
    Overloaded,

    /// <summary>The target or the body is not one that a gateway can pass on without changing its meaning.</summary>
    RequestInvalid,

    /// <summary>Neither host nor path names a product that is promoted to the environment.</summary>
    ProductNotFound,

    /// <summary>No mapping rule matches method and path (3scale: no_match).</summary>
    NoMappingRule,

    /// <summary>An Upgrade request that RFC 6455 §4.2.1 does not allow.</summary>
    HandshakeInvalid,

    /// <summary>An extended CONNECT (RFC 8441) for something else than a WebSocket.</summary>
    ProtocolNotSupported,

    /// <summary>A WebSocket version other than 13 (RFC 6455 §4.4).</summary>
    HandshakeVersion,

    /// <summary>An Upgrade request to a product without the websocket policy in its chain.</summary>
    WebSocketPolicyMissing,

    /// <summary>The policy origin: the request is of a web page that the product takes none from.</summary>
    OriginNotAllowed,

    /// <summary>The policy ip_check: the client's address is not one that the product takes requests from.</summary>
    IpNotAllowed,

    /// <summary>The policy maintenance_mode: the product takes no requests at the moment.</summary>
    Maintenance,

    /// <summary>No credentials where the product looks for them (3scale: auth_missing).</summary>
    CredentialsMissing,

    /// <summary>There are two different credentials, or subprotocols of the gateway that are none.</summary>
    CredentialsMalformed,

    /// <summary>No application has this key (3scale: auth_failed, as the following).</summary>
    UserKeyInvalid,

    /// <summary>The key was deleted.</summary>
    UserKeyDeleted,

    /// <summary>The key belongs to another product.</summary>
    UserKeyOfAnotherProduct,

    /// <summary>No application of the product has this identifier, by app_id or by token.</summary>
    ApplicationNotFound,

    /// <summary>The application has no such key, or no longer.</summary>
    ApplicationKeyInvalid,

    /// <summary>The token is none, or none of the product's issuer for the product, or not valid now.</summary>
    TokenInvalid,

    /// <summary>There is no such ticket, or it is used up, over, or not for this.</summary>
    TicketInvalid,

    /// <summary>The application's referrer filters do not let this referrer pass.</summary>
    ReferrerNotAllowed,

    /// <summary>The application or its account is suspended or not yet accepted.</summary>
    ApplicationNotActive,

    /// <summary>The key was deleted, or its application suspended or deleted, while the handshake was under way.</summary>
    KeyRevoked,

    /// <summary>A limit of the plan is 0: the metric is not part of it.</summary>
    MetricDisabled,

    /// <summary>A limit of the plan is used up (3scale: limits_exceeded).</summary>
    LimitsExceeded,

    /// <summary>The application has as many connections open as it may have.</summary>
    TooManyConnections,

    /// <summary>The functions did not answer, and no answer of theirs is cached.</summary>
    AuthorizationUnavailable,

    /// <summary>The issuer of tokens did not say which keys it signs with, and none are known.</summary>
    TokenIssuerUnavailable,

    /// <summary>No backend of the product is mounted on this path.</summary>
    BackendNotRouted,

    /// <summary>The backend's name does not resolve, or nothing accepts the connection.</summary>
    BackendUnreachable,

    /// <summary>The backend's certificate was not accepted, or TLS failed.</summary>
    BackendTlsFailed,

    /// <summary>The backend accepted the connection and did not answer in time.</summary>
    BackendTimeout,

    /// <summary>The backend's answer is not HTTP, or its 101 does not prove that it understood the handshake.</summary>
    BackendHandshakeInvalid,

    /// <summary>A fault of the relay's own.</summary>
    RelayFault,
}
