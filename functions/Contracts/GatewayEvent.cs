namespace Serverless.Contracts;

/// <summary>
/// Something that has happened on the management plane, as relays and operators hear of it: argument of the SignalR method
/// <see cref="Method"/> on hub <see cref="Hub"/>, item of <c>GET /api/relay/events</c>, and data of <c>GET /api/events</c>.
/// It says where to look, not what is true now: whoever hears of it asks.
/// </summary>
public sealed record GatewayEvent
{
    /// <summary>Hub of SignalR Service that events are published to.</summary>
    public const string Hub = "gateway";

    /// <summary>What is called on those who are connected to it.</summary>
    public const string Method = "event";

    /// <summary>1 and up, without gaps: one that is missing was missed.</summary>
    public required long Sequence { get; init; }

    /// <summary>
    /// Which history the sequence is of, at random: another storage, or one that was emptied, counts from 1 again. Null only of
    /// functions that do not know of it yet.
    /// </summary>
    public string? Generation { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>One of <see cref="EventKinds"/>. There may be more in time: an unknown one is passed over.</summary>
    public required string Kind { get; init; }

    /// <summary>System name of the product; null for all.</summary>
    public string? Product { get; init; }

    /// <summary>The environment; null for both.</summary>
    public string? Environment { get; init; }

    /// <summary>Version of the configuration, 1 and up; null where none is concerned.</summary>
    public long? Version { get; init; }

    /// <summary>Identifier of the application; null for all.</summary>
    public string? Application { get; init; }

    /// <summary>Identifier of the application's key, see <see cref="AuthorizationAnswer.Key"/>; null for all.</summary>
    public string? Key { get; init; }

    /// <summary>System name of the backend; null for all.</summary>
    public string? Backend { get; init; }

    /// <summary>Whether the tunnels concerned are to be closed although they may go on: as an operator has asked.</summary>
    public bool CloseConnections { get; set; }
}

/// <summary>Every kind of event there is, stable.</summary>
public static class EventKinds
{
    /// <summary>An environment of a product has another version. With its <see cref="GatewayEvent.Version"/>.</summary>
    public const string ConfigurationPromoted = "configuration.promoted";

    /// <summary>An environment of a product is back at an earlier version.</summary>
    public const string ConfigurationRolledBack = "configuration.rolled_back";

    /// <summary>An application, or its account, is not let in any more.</summary>
    public const string ApplicationSuspended = "application.suspended";

    /// <summary>An application is let in: accepted, resumed, or its account is.</summary>
    public const string ApplicationResumed = "application.resumed";

    /// <summary>An application has another plan, or its plan is another.</summary>
    public const string ApplicationPlanChanged = "application.plan_changed";

    /// <summary>An application is gone, with its keys.</summary>
    public const string ApplicationDeleted = "application.deleted";

    /// <summary>A key of an application works no more. With its <see cref="GatewayEvent.Key"/>.</summary>
    public const string KeyDeleted = "key.deleted";

    /// <summary>An operator closes the tunnels of an application, or of a product.</summary>
    public const string ConnectionsClose = "connections.close";

    /// <summary>An operator has the tunnels of a product or backend end spread over the drain window.</summary>
    public const string ConnectionsDrain = "connections.drain";
}

/// <summary>Answer of <c>GET /api/relay/events?after={sequence}</c>.</summary>
public sealed record EventPage
{
    /// <summary>What comes after, the earliest first; at most 1,000.</summary>
    public required IReadOnlyList<GatewayEvent> Events { get; init; }

    /// <summary>The latest sequence there is; 0 before the first event. Beyond the last of <see cref="Events"/>: ask again.</summary>
    public required long Latest { get; init; }

    /// <summary>Which history this is of, see <see cref="GatewayEvent.Generation"/>.</summary>
    public string? Generation { get; init; }

    /// <summary>
    /// Whether nothing is missing between what was asked for and the first of <see cref="Events"/>. If not, the history does
    /// not reach that far back: everything that depends on events has to be asked for anew.
    /// </summary>
    public required bool Complete { get; init; }
}
