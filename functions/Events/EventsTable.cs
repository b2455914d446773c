using System.Globalization;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Serverless.Contracts;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Events;

/// <summary>
/// Events in storage: table <c>events</c>, one partition, with row <c>head</c>, which knows the latest sequence and which history
/// it is of, and a row <c>event|{sequence}</c> for each. Head and events are written in one transaction under the head's tag, so that the
/// sequence has no gaps whoever writes at once; they leave from the earliest on.
/// </summary>
internal sealed class EventsTable(TableAccount account, TimeProvider clock)
{
    public const string Partition = "events";

    /// <summary>Events that one question gets at most.</summary>
    public const int MostInPage = 1000;

    /// <summary>Events that one transaction takes, beside the head.</summary>
    public const int MostAtOnce = Table.MostInOneTransaction - 1;

    private const string Kind = "event";
    private const string LatestColumn = "Latest";
    private const string GenerationColumn = "Generation";

    // Others who write at once get in between: with pauses that grow, so many tries are a few seconds.
    private const int MostTries = 60;
    private const int LongestPause = 200;

    private readonly Table _table = account.Table("events");

    /// <summary>
    /// Writes what has happened, and gives it as it is told. Asked again by a client that got no answer, storage may have it
    /// twice, under two numbers: whoever hears of it looks twice.
    /// </summary>
    public async Task<IReadOnlyList<GatewayEvent>> AppendAsync(IReadOnlyList<Happening> happened, CancellationToken cancel)
    {
        for (var tries = 1; tries <= MostTries; tries++)
        {
            var head = await _table.FindAsync(Partition, "head", cancel);
            var latest = LatestOf(head);
            var next = Head(latest + happened.Count, GenerationOf(head) ?? Parts.NewGeneration());
            var now = clock.GetUtcNow();
            GatewayEvent[] events = [.. happened.Select((one, index) => one.As(latest + 1 + index, now, GenerationOf(next)!))];
            var written = await _table.SubmitAsync(
                [head is null ? Table.Add(next) : Table.Replace(next, head.ETag), .. events.Select(one => Table.Add(Row(one)))],
                cancel);
            if (written.Outcome == Write.Done)
            {
                return events;
            }

            await Task.Delay(RandomNumberGenerator.GetInt32(1, Math.Min(LongestPause, 10 * tries)), cancel);
        }

        throw new TimeoutException($"Others have written events {MostTries} times in between.");
    }

    /// <summary>The latest sequence; 0 before the first event.</summary>
    public async Task<long> LatestAsync(CancellationToken cancel) => LatestOf(await _table.FindAsync(Partition, "head", cancel));

    /// <summary>For one who has just come: where he begins. Nothing before that concerns him.</summary>
    public async Task<EventPage> BeginAsync(CancellationToken cancel)
    {
        var (latest, generation) = await HeadAsync(cancel);
        return new() { Events = [], Latest = latest, Generation = generation, Complete = true };
    }

    /// <summary>What comes after an event, the earliest first.</summary>
    public async Task<EventPage> ReadAsync(long after, CancellationToken cancel)
    {
        var (latest, generation) = await HeadAsync(cancel);
        List<GatewayEvent> events = after >= latest
            ? []
            : await _table.ReadKindAsync(Partition, Kind, cancel, RowKey(after), MostInPage).Select(row => Read(row, generation)).ToListAsync(cancel);
        return new()
        {
            Events = events,

            // Some may have come between the two readings.
            Latest = events.Count == 0 ? latest : Math.Max(latest, events[^1].Sequence),

            Generation = generation,

            // Whoever knows of later ones than there are has heard them of storage that is not there any more.
            Complete = events.Count == 0 ? after == latest : events[0].Sequence == after + 1,
        };
    }

    /// <summary>Key of the row of an event.</summary>
    public static string RowKey(long sequence) => Key.Of(Kind, sequence.ToString("D19", CultureInfo.InvariantCulture));

    // Made by who asks first, so that no history ever changes its name.
    private async Task<(long Latest, string Generation)> HeadAsync(CancellationToken cancel)
    {
        while (true)
        {
            var head = await _table.FindAsync(Partition, "head", cancel);
            if (GenerationOf(head) is { } generation)
            {
                return (LatestOf(head), generation);
            }

            var made = Head(LatestOf(head), Parts.NewGeneration());
            await (head is null ? _table.AddAsync(made, cancel) : _table.ReplaceAsync(made, head.ETag, cancel));
        }
    }

    private static TableEntity Head(long latest, string generation) =>
        new(Partition, "head") { [LatestColumn] = latest, [GenerationColumn] = generation };

    private static long LatestOf(TableEntity? head) => head?.GetInt64(LatestColumn) ?? 0;

    private static string? GenerationOf(TableEntity? head) => head?.GetString(GenerationColumn);

    private static TableEntity Row(GatewayEvent one) => new(Partition, RowKey(one.Sequence))
    {
        ["Sequence"] = one.Sequence,
        ["At"] = one.At,
        ["Kind"] = one.Kind,
        ["Product"] = one.Product,
        ["Environment"] = one.Environment,
        ["Version"] = one.Version,
        ["Application"] = one.Application,
        ["Key"] = one.Key,
        ["Backend"] = one.Backend,
        ["CloseConnections"] = one.CloseConnections,
    };

    private static GatewayEvent Read(TableEntity row, string generation) => new()
    {
        Generation = generation,
        Sequence = row.GetInt64("Sequence")!.Value,
        At = row.GetDateTimeOffset("At")!.Value,
        Kind = row.GetString("Kind"),
        Product = row.GetString("Product"),
        Environment = row.GetString("Environment"),
        Version = row.GetInt64("Version"),
        Application = row.GetString("Application"),
        Key = row.GetString("Key"),
        Backend = row.GetString("Backend"),
        CloseConnections = row.GetBoolean("CloseConnections") ?? false,
    };
}
