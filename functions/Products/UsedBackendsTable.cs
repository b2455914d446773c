using Azure;
using Azure.Data.Tables;
using Serverless.Contracts;
using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Products;

/// <summary>How putting a backend into a product, or moving it, ended.</summary>
internal enum Mounting
{
    /// <summary>Written.</summary>
    Done,

    /// <summary>The product uses the backend already.</summary>
    Exists,

    /// <summary>Another backend has the path.</summary>
    PathTaken,

    /// <summary>There is no such backend.</summary>
    NoBackend,

    /// <summary>Somebody changed it since it was read.</summary>
    Stale,

    /// <summary>The product does not use the backend.</summary>
    Missing,
}

/// <summary>
/// The backends of a product: rows <c>usage|{backend}</c>, and <c>usagepath|{path}</c> so that storage itself keeps two
/// backends off one path. 3scale does not tell the case of paths apart here, nor do we. Each usage has a guard that plans
/// touch which name a metric of the backend.
/// </summary>
internal sealed class UsedBackendsTable(ProductParts parts, BackendUses uses)
{
    public static UsedBackend Read(TableEntity row) => new(row.GetString("Backend"), row.GetString("Path"));

    public async Task<Stored<UsedBackend>?> FindAsync(Product product, string backend, CancellationToken cancel) =>
        await parts.Table.FindAsync(product.Partition, Key.Of(PartKinds.Usage, backend), cancel) is { } row
            ? new(Read(row), row.ETag)
            : null;

    public async Task<(Mounting Outcome, ETag ETag)> AddAsync(Product product, UsedBackend used, CancellationToken cancel)
    {
        // Looked up before anything is noted at the backend: a note without a use would keep it from being deleted for
        // some minutes. Two requests at once are still told apart by the transaction.
        if (await parts.Table.FindAsync(product.Partition, PathKey(used), cancel) is { } taken)
        {
            return (taken.GetString("Backend") == used.Backend ? Mounting.Exists : Mounting.PathTaken, default);
        }

        // First the note at the backend, which keeps it from being deleted, then the usage. A crash in between leaves a note
        // that the backend's deletion finds to be empty.
        if (await uses.AddAsync(new(used.Backend, product.SystemName, product.Generation), cancel) != Write.Done)
        {
            return (Mounting.NoBackend, default);
        }

        var row = Row(product, used);
        var submitted = await parts.Table.SubmitAsync(
            [
                Table.Add(row),
                Table.Add(PathRow(product, used)),
                Guard.Add(product.Partition, Key.Of(PartKinds.Usage, used.Backend)),
            ],
            cancel);
        return submitted switch
        {
            { Outcome: Write.Done } => (Mounting.Done, row.ETag),
            { FailedAction: 0 } => (Mounting.Exists, default),
            _ => (Mounting.PathTaken, default),
        };
    }

    public async Task<(Mounting Outcome, ETag ETag)> ReplaceAsync(
        Product product,
        UsedBackend used,
        ETag ifMatch,
        CancellationToken cancel)
    {
        if (await FindAsync(product, used.Backend, cancel) is not { } stored)
        {
            return (Mounting.Missing, default);
        }

        var row = Row(product, used);
        var replace = Table.Replace(row, ifMatch.OrThis(stored.ETag));
        var submitted = await parts.Table.SubmitAsync(
            PathKey(stored.Value) == PathKey(used)
                ? [replace]
                :
                [
                    replace,
                    Table.Delete(product.Partition, PathKey(stored.Value), ETag.All),
                    Table.Add(PathRow(product, used)),
                ],
            cancel);
        return submitted switch
        {
            { Outcome: Write.Done } => (Mounting.Done, row.ETag),
            { FailedAction: 2 } => (Mounting.PathTaken, default),
            { Outcome: Write.Missing } => (Mounting.Missing, default),
            _ => (Mounting.Stale, default),
        };
    }

    /// <summary>Done, Stale or Missing; Exists while a plan of the product names a metric of the backend.</summary>
    public async Task<Write> DeleteAsync(Product product, string backend, ETag ifMatch, CancellationToken cancel)
    {
        var use = new BackendUse(backend, product.SystemName, product.Generation);
        var key = Key.Of(PartKinds.Usage, backend);
        if (await FindAsync(product, backend, cancel) is not { } stored
            || await parts.Table.CloseAsync(product.Partition, key, cancel) is not { } guard)
        {
            return Write.Missing;
        }

        if (await PlannedMetrics.AnyAsync(
            parts.Of(product),
            metric => !BuiltinMetrics.Has(metric) && metric.EndsWith('.' + backend, StringComparison.Ordinal),
            cancel))
        {
            return Write.Exists;
        }

        var note = await uses.FindTagAsync(use, cancel);
        var submitted = await parts.Table.SubmitAsync(
            [
                Table.Delete(product.Partition, key, ifMatch.OrThis(stored.ETag)),
                Table.Delete(product.Partition, PathKey(stored.Value), ETag.All),
                guard,
            ],
            cancel);
        if (submitted is { FailedAction: 2, Outcome: Write.Stale })
        {
            // A plan began to name one just now: it is found by looking again.
            return await DeleteAsync(product, backend, ifMatch, cancel);
        }

        if (submitted.Outcome == Write.Done && note is { } tag)
        {
            // Only the note as it was before: one that is newer belongs to somebody who puts the backend in again.
            await uses.RemoveAsync(use, tag, cancel);
        }

        return submitted.Outcome;
    }

    public Task<Listing<UsedBackend>> ListAsync(Product product, Paging paging, CancellationToken cancel) => paging.CutAsync(
        parts.Table.ReadKindAsync(product.Partition, PartKinds.Usage, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        Read,
        cancel);

    private static TableEntity Row(Product product, UsedBackend used) =>
        new(product.Partition, Key.Of(PartKinds.Usage, used.Backend)) { ["Backend"] = used.Backend, ["Path"] = used.Path };

    private static TableEntity PathRow(Product product, UsedBackend used) =>
        new(product.Partition, PathKey(used)) { ["Backend"] = used.Backend };

    private static string PathKey(UsedBackend used) => Key.Of(PartKinds.UsagePath, used.Path.ToLowerInvariant());
}
