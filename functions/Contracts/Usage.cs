namespace Serverless.Contracts;

/// <summary>
/// What passed through tunnels since the report before. Body of <c>POST /api/relay/usage</c>. It has happened already, so it
/// counts beyond limits too, and it counts once: a report may be sent again for a day, whatever became of it.
/// </summary>
public sealed record UsageReport
{
    /// <summary>Most entries of one report.</summary>
    public const int MostEntries = 1000;

    /// <summary>Who reports: 1 to 64 characters A-Z, a-z, 0-9, '-', '_' and '.', another for each start of each relay.</summary>
    public required string Relay { get; init; }

    /// <summary>Which of its reports this is, 0 and up. Another report has another number; the same one, sent again, the same.</summary>
    public required long Sequence { get; init; }

    /// <summary>As <see cref="AuthorizationRequest.AfterEvent"/>. No part of what is counted: it may be another when the report is sent again.</summary>
    public long? AfterEvent { get; init; }

    /// <summary>One for each application at most.</summary>
    public required IReadOnlyList<UsageEntry> Entries { get; init; }
}

/// <summary>What one application used.</summary>
public sealed record UsageEntry
{
    /// <summary>System name of the product.</summary>
    public required string Product { get; init; }

    /// <summary>Identifier of the application, as the answer to its credential had it.</summary>
    public required string Application { get; init; }

    /// <summary>
    /// How much, by metric, 0 and up: those of <see cref="BuiltinMetrics"/> and those of message rules. What is above a metric
    /// is counted along, and is not to be reported for it.
    /// </summary>
    public IReadOnlyDictionary<string, long> Usage { get; set; } = new Dictionary<string, long>();
}

/// <summary>What became of a report.</summary>
public sealed record UsageReportAnswer
{
    /// <summary>One for each entry, in their order.</summary>
    public required IReadOnlyList<UsageEntryAnswer> Entries { get; init; }
}

/// <summary>What became of an entry, and how the application stands now.</summary>
public sealed record UsageEntryAnswer
{
    /// <summary>System name of the product.</summary>
    public required string Product { get; init; }

    /// <summary>Identifier of the application.</summary>
    public required string Application { get; init; }

    /// <summary>Whether its credentials are let in: false when it is suspended, or pending, or not there any more.</summary>
    public required bool Active { get; init; }

    /// <summary>Whether there is no such product, or no such application of it: then nothing was counted.</summary>
    public bool Unknown { get; init; }

    /// <summary>Metrics of the entry that the product does not have: the others were counted. Null when it has all.</summary>
    public IReadOnlyList<string>? UnknownMetrics { get; init; }

    /// <summary>
    /// As in <see cref="AuthorizationAnswer.Limits"/>, with what this report and all before it have used, and with the limits on
    /// every metric of the entry. Null when there are none.
    /// </summary>
    public IReadOnlyList<MeteredLimit>? Limits { get; init; }
}

/// <summary>A limit of a plan on what is counted while a tunnel is open.</summary>
public sealed record MeteredLimit
{
    /// <summary>Name of the metric, as the product calls it.</summary>
    public required string Metric { get; init; }

    /// <summary>minute, hour, day, week, month, year or eternity, by the calendar in UTC.</summary>
    public required string Period { get; init; }

    /// <summary>How much the application may use in each window of the period, 0 for nothing.</summary>
    public required long Limit { get; init; }

    /// <summary>
    /// How much it has used in the window that holds now, by all relays: what they have reported. May be more than the limit.
    /// </summary>
    public required long Used { get; init; }

    /// <summary>When the next window begins, with nothing used; null for never.</summary>
    public DateTimeOffset? EndsAt { get; init; }
}
