namespace Serverless.Contracts;

/// <summary>
/// May this client use this product? Body of <c>POST /api/relay/authorize</c>. One of <see cref="UserKey"/>,
/// <see cref="AppId"/> with <see cref="AppKey"/>, <see cref="ClientId"/>, and <see cref="Ticket"/> is given.
/// </summary>
public sealed record AuthorizationRequest
{
    /// <summary>System name of the product.</summary>
    public required string Product { get; init; }

    /// <summary>The key as the client sent it; never logged, never stored.</summary>
    public string? UserKey { get; init; }

    /// <summary>The application's identifier as the client sent it.</summary>
    public string? AppId { get; init; }

    /// <summary>The application's key as the client sent it; never logged, never stored.</summary>
    public string? AppKey { get; init; }

    /// <summary>The client identifier that a token names, which the relay has verified.</summary>
    public string? ClientId { get; init; }

    /// <summary>The ticket as the client sent it, which the question uses up; never logged, never stored.</summary>
    public string? Ticket { get; init; }

    /// <summary>Path after the product, as the client spelt it; given with a ticket.</summary>
    public string? Path { get; init; }

    /// <summary>The request's Origin, as it came; given with a ticket, null when there is none.</summary>
    public string? Origin { get; init; }

    /// <summary>Host of the page that the request comes from, by Referer or Origin; null when it says none.</summary>
    public string? Referrer { get; init; }

    /// <summary>
    /// Sequence of the last event that the relay has heeded: the answer is not to be of before it. Null when there is none.
    /// </summary>
    public long? AfterEvent { get; init; }

    /// <summary>What the request is about to use, by metric; 0 and up. Counted only when the answer is yes.</summary>
    public IReadOnlyDictionary<string, long> Usage { get; set; } = new Dictionary<string, long>();
}

/// <summary>The answer. Always 200: a refusal is an answer too.</summary>
public sealed record AuthorizationAnswer
{
    /// <summary>The one question.</summary>
    public required bool Authorized { get; init; }

    /// <summary>Why not: one of <see cref="AuthorizationReasons"/>. Null when authorized.</summary>
    public string? Reason { get; init; }

    /// <summary>Identifier of the application whose key it is. Null when the key is unknown.</summary>
    public string? Application { get; init; }

    /// <summary>
    /// Identifier of the key that was asked about, as the application's list of keys has it: what a <see cref="GatewayEvent"/>
    /// calls it by. Null when it is unknown, and with a token or a ticket.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>System name of the application's plan. Null when the key is unknown.</summary>
    public string? Plan { get; init; }

    /// <summary>
    /// Seconds for which the relay may reuse this answer for the same product, key and metrics; 0 when every request
    /// has to be asked for, as with a limited metric.
    /// </summary>
    public int CacheSeconds { get; init; }

    /// <summary>Seconds until the exceeded limit starts anew; null unless the reason is a limit with an end.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>
    /// The limits of the plan on what relays count while a tunnel is open: on <see cref="BuiltinMetrics"/>, on the metrics of
    /// message rules, and on what is above these. Null when there are none, or not authorized. They do not decide the answer:
    /// whether one that is used up ends or refuses a tunnel is the relay's to judge. How much is used may be as old as the
    /// answer, so older by <see cref="CacheSeconds"/> at most, and lacks what relays have not yet reported; the limits
    /// themselves may have changed up to as many seconds before the answer.
    /// </summary>
    public IReadOnlyList<MeteredLimit>? Limits { get; init; }

    /// <summary>Tunnels that the application may have open at once, 0 for none; null for any number, or when not authorized.</summary>
    public int? MaxConnections { get; init; }
}

/// <summary>Every reason for which a key is refused, stable, as in 3scale where it has one.</summary>
public static class AuthorizationReasons
{
    /// <summary>No application has or had this key.</summary>
    public const string UserKeyInvalid = "user_key_invalid";

    /// <summary>The key was deleted.</summary>
    public const string UserKeyDeleted = "user_key_deleted";

    /// <summary>The key belongs to an application of another product.</summary>
    public const string UserKeyOfAnotherProduct = "user_key_of_another_product";

    /// <summary>No application of the product has this identifier, by app_id or by token.</summary>
    public const string ApplicationNotFound = "application_not_found";

    /// <summary>The application has no such key, or no longer.</summary>
    public const string ApplicationKeyInvalid = "application_key_invalid";

    /// <summary>
    /// There is no such ticket, or it is used up, over, or not for this; which of these, nobody is told.
    /// </summary>
    public const string TicketInvalid = "ticket_invalid";

    /// <summary>The product wants a referrer, and the application's filters do not let this one pass.</summary>
    public const string ReferrerNotAllowed = "referrer_not_allowed";

    /// <summary>The application, or its account, is suspended or not yet accepted.</summary>
    public const string ApplicationNotActive = "application_not_active";

    /// <summary>A limit of the plan is used up.</summary>
    public const string LimitsExceeded = "limits_exceeded";

    /// <summary>A limit of the plan is 0: the metric is not part of it.</summary>
    public const string MetricDisabled = "metric_disabled";

    /// <summary>The product is not there any more.</summary>
    public const string ProductNotFound = "product_not_found";
}
