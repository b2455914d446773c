using System.IO.Compression;
using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Contracts;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Events;

/// <summary>A relay's status, and when it came.</summary>
internal sealed record KnownRelay(RelayStatus Status, DateTimeOffset At);

/// <summary>What relays last said of themselves: table <c>relays</c>, one partition, row = <c>relay|{identity}</c>.</summary>
internal sealed class RelaysTable(TableAccount account, TimeProvider clock)
{
    public const string Partition = "relays";
    public const string Kind = "relay";

    /// <summary>How long a relay counts that is not heard of any more.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private readonly Table _table = account.Table("relays");

    /// <summary>Takes the place of what the relay said before.</summary>
    public async Task WriteAsync(RelayStatus status, CancellationToken cancel)
    {
        var row = new TableEntity(Partition, Key.Of(Kind, status.Relay)) { ["At"] = clock.GetUtcNow() };
        RowPieces.Write(row, Pack(status));

        // A relay is the only one who writes its row, one status after the other: nothing of anybody's is lost.
        await _table.SubmitAsync([new(TableTransactionActionType.UpsertReplace, row)], cancel);
    }

    /// <summary>All relays that were heard of lately, also those that do not count any more.</summary>
    public Task<List<KnownRelay>> ReadAsync(CancellationToken cancel) =>
        _table.ReadKindAsync(Partition, Kind, cancel).Select(Read).ToListAsync(cancel).AsTask();

    private static KnownRelay Read(TableEntity row) => new(Unpack(RowPieces.Read(row)), row.GetDateTimeOffset("At")!.Value);

    // Ten thousand products are a megabyte of the same few words.
    private static byte[] Pack(RelayStatus status)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(brotli, status, EventsJson.Default.RelayStatus);
        }

        return packed.ToArray();
    }

    private static RelayStatus Unpack(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(brotli, EventsJson.Default.RelayStatus)!;
    }
}
