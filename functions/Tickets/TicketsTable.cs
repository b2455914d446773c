using Azure.Data.Tables;
using Serverless.Functions.Applications;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Tickets;

/// <summary>
/// Tickets in storage: table <c>tickets</c>, partition = the first three digits of the hash, row = the hash. One that is used
/// or worthless is gone; those that nobody comes with, housekeeping removes.
/// </summary>
internal sealed class TicketsTable(TableAccount account)
{
    private readonly Table _table = account.Table("tickets");

    public async Task AddAsync(KeyHash hash, Ticket ticket, CancellationToken cancel)
    {
        var row = new TableEntity(hash.Partition, hash.Hex)
        {
            ["Product"] = ticket.Product,
            ["Key"] = ticket.Key.Hex,
            ["KeyGeneration"] = ticket.KeyGeneration,
            ["Path"] = ticket.Path,
            ["Origin"] = ticket.Origin,
            ["ExpiresAt"] = ticket.ExpiresAt,
        };

        // It may be there, and ours: storage had done it and was asked again. Nobody else has 256 random bits of ours.
        await _table.AddAsync(row, cancel);
    }

    /// <summary>Takes a ticket away for good, and gives it; null when there is none, or somebody has taken it just now.</summary>
    public async Task<Ticket?> TakeAsync(KeyHash hash, CancellationToken cancel) =>
        await _table.FindAsync(hash.Partition, hash.Hex, cancel) is { } row
        && await _table.DeleteAsync(hash.Partition, hash.Hex, row.ETag, cancel) == Write.Done
            ? Read(row)
            : null;

    private static Ticket Read(TableEntity row) => new()
    {
        Product = row.GetString("Product"),
        Key = new(row.GetString("Key")),
        KeyGeneration = row.GetString("KeyGeneration"),
        Path = row.GetString("Path"),
        Origin = row.GetString("Origin"),
        ExpiresAt = row.GetDateTimeOffset("ExpiresAt")!.Value,
    };
}
