using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Audit;

/// <summary>
/// The audit log in storage: table <c>audit</c>, a partition for each day with a row for each entry, newest first; and
/// partition <c>days</c> with a row for each day that has entries, so that nobody looks through days that have none. The
/// day comes before its entries, and housekeeping removes it after them.
/// </summary>
internal sealed class AuditTable(TableAccount account)
{
    /// <summary>Partition that lists the days.</summary>
    public const string Days = "days";

    // Of entries that do not fit the question, before the answer breaks off to be continued.
    private const int MostRead = 1000;

    // A transaction may have 4 MB, and an entry twice what is kept of a body.
    private const int PartsInOneWrite = 20;

    private const string DayKind = "day";
    private const string EntryKind = "entry";

    private readonly Table _table = account.Table("audit");

    // The last day that was listed by this process: it is today nearly always.
    private string _listedDay = "";

    /// <summary>Row key of the day of an entry, newest first.</summary>
    public static string DayKey(DateTimeOffset at) =>
        Key.Of(DayKind, (DateTime.MaxValue.Date - at.UtcDateTime.Date).Days.ToString("D8", CultureInfo.InvariantCulture));

    /// <summary>Partition of the entries of a day.</summary>
    public static string Partition(string dayKey) => dayKey.Replace('|', '-');

    /// <summary>Adds an entry, and gives its tag.</summary>
    public async Task<ETag> AddAsync(AuditEntry entry, string? before, CancellationToken cancel)
    {
        var day = DayKey(entry.At);
        if (_listedDay != day)
        {
            // Done or there already: both will do.
            await _table.AddAsync(new TableEntity(Days, day), cancel);
            _listedDay = day;
        }

        return await _table.AddOwnAsync(Row(entry, before, null), cancel);
    }

    /// <summary>Writes how it ended: Done, or not when somebody has before.</summary>
    public Task<Write> CompleteAsync(AuditEntry entry, string? before, string? after, ETag tag, CancellationToken cancel) =>
        _table.ReplaceAsync(Row(entry, before, after), tag, cancel);

    /// <summary>Adds the entries of the parts of a call, whose own entry is there.</summary>
    public async Task AddPartsAsync(
        IEnumerable<(AuditEntry Entry, string? Before, string? After)> parts,
        CancellationToken cancel)
    {
        foreach (var some in parts.Chunk(PartsInOneWrite))
        {
            await _table.SubmitAsync([.. some.Select(part => Table.Add(Row(part.Entry, part.Before, part.After)))], cancel);
        }
    }

    /// <summary>The entries that fit, newest first. A part may have fewer than asked for, and still not be the last.</summary>
    public async Task<Listing<AuditEntry>> ListAsync(AuditQuestion question, Paging paging, CancellationToken cancel)
    {
        var found = new List<AuditEntry>();
        var read = 0;
        await foreach (var row in RowsAsync(question, paging.After, cancel))
        {
            var entry = Read(row);
            if (entry.At < question.From)
            {
                break;
            }

            if (question.Fits(entry))
            {
                found.Add(entry);
            }

            if (found.Count == paging.Limit || ++read == MostRead)
            {
                return new(found, Paging.TokenAfter($"{row.PartitionKey}|{row.RowKey}"));
            }
        }

        return new(found, null);
    }

    private async IAsyncEnumerable<TableEntity> RowsAsync(
        AuditQuestion question,
        string after,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        // The newest day first, and in it the newest entry; both have the smallest key.
        var (afterDay, afterRow) = after.Split('|', 2) is [var day, var row] ? (day, row) : ("", "");
        var days = _table.ReadAsync(
            Days,
            question.To is { } to && to < DateTimeOffset.MaxValue.AddDays(-1) ? DayKey(to.AddDays(1)) : "",
            question.From is { } from ? DayKey(from) + Key.Last : Key.Last.ToString(),
            null,
            cancel);
        await foreach (var listed in days.Where(d => string.CompareOrdinal(Partition(d.RowKey), afterDay) >= 0))
        {
            var partition = Partition(listed.RowKey);
            var start = partition == afterDay ? afterRow
                : question.To is { } end && listed.RowKey == DayKey(end) ? EntryKey(end, "")
                : "";
            await foreach (var entry in _table.ReadKindAsync(partition, EntryKind, cancel, start))
            {
                yield return entry;
            }
        }
    }

    private static string EntryKey(DateTimeOffset at, string id) =>
        Key.Of(EntryKind, (DateTime.MaxValue.Ticks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture), id);

    private static TableEntity Row(AuditEntry entry, string? before, string? after) =>
        new(Partition(DayKey(entry.At)), EntryKey(entry.At, entry.Id))
        {
            ["Id"] = entry.Id,
            ["PartOf"] = entry.PartOf,
            ["At"] = entry.At,
            ["Token"] = entry.Actor.Token,
            ["Name"] = entry.Actor.Name,
            ["Action"] = entry.Action,
            ["Method"] = entry.Method,
            ["Path"] = entry.Path,
            ["Resource"] = entry.Resource,
            ["Status"] = entry.Status,
            ["Outcome"] = entry.Outcome.ToString(),
            ["Before"] = before,
            ["After"] = after,
            ["ETagBefore"] = entry.ETagBefore,
            ["ETagAfter"] = entry.ETagAfter,
        };

    private static AuditEntry Read(TableEntity row) => new()
    {
        Id = row.GetString("Id"),
        PartOf = row.GetString("PartOf"),
        At = row.GetDateTimeOffset("At")!.Value,
        Actor = new(row.GetString("Token"), row.GetString("Name")),
        Action = row.GetString("Action"),
        Method = row.GetString("Method"),
        Path = row.GetString("Path"),
        Resource = row.GetString("Resource"),
        Status = row.GetInt32("Status"),
        Outcome = Enum.Parse<AuditOutcome>(row.GetString("Outcome")),
        Before = Parse(row.GetString("Before")),
        After = Parse(row.GetString("After")),
        ETagBefore = row.GetString("ETagBefore"),
        ETagAfter = row.GetString("ETagAfter"),
    };

    private static JsonElement? Parse(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, FreeJson.Default.JsonElement);
}
