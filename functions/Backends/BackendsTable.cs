using Azure;
using Azure.Data.Tables;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Backends;

/// <summary>
/// Backends in storage: table <c>backends</c>, one partition for them and for the notes of who uses them, row =
/// <c>backend|{name}</c>. The row is the backend: it is written after its parts and deleted before them, so that no backend
/// is ever seen with half of them.
/// </summary>
internal sealed class BackendsTable(
    TableAccount account,
    BackendParts parts,
    BackendUses uses,
    StillUsed stillUsed,
    TimeProvider clock)
{
    public const string Partition = "backends";

    private const string Kind = "backend";

    // A note without a use is either of a request that is still at work or of one that never will be again. None lives so
    // long: every call of storage ends within seconds.
    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(5);

    private readonly Table _table = account.Table("backends");

    public static string RowKey(string name) => Key.Of(Kind, name);

    public async Task<Stored<Backend>?> FindAsync(string name, CancellationToken cancel) =>
        await _table.FindAsync(Partition, RowKey(name), cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, or Exists.</summary>
    public async Task<(Write Outcome, ETag ETag)> AddAsync(Backend backend, CancellationToken cancel)
    {
        var its = parts.Of(backend);
        await its.Table.SubmitAsync(FirstMetric.Add(its.Partition), cancel);
        var row = Row(backend);
        var submitted = await _table.SubmitAsync(
            [Table.Add(row), Guard.Add(Partition, RowKey(backend.SystemName))],
            cancel);
        if (submitted.Outcome == Write.Done)
        {
            return (Write.Done, row.ETag);
        }

        // Not before it is certain that the one there is another's: these may be the parts of a backend that is live.
        if (await FindAsync(backend.SystemName, cancel) is { } there && there.Value.Generation == backend.Generation)
        {
            return (Write.Done, there.ETag);
        }

        await its.ClearAsync(cancel);
        return (submitted.Outcome, default);
    }

    /// <summary>Done with the new tag, Stale, or Missing.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(Backend backend, ETag ifMatch, CancellationToken cancel)
    {
        var row = Row(backend);
        return (await _table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }

    /// <summary>Done, Stale or Missing; or Exists, and the products that use it.</summary>
    public async Task<(Write Outcome, IReadOnlyList<string> UsedBy)> DeleteAsync(
        Backend backend,
        ETag ifMatch,
        CancellationToken cancel)
    {
        var name = backend.SystemName;
        if (await _table.CloseAsync(Partition, RowKey(name), cancel) is not { } guard)
        {
            return (Write.Missing, []);
        }

        var users = await UsersAsync(name, cancel);
        if (users.Count > 0)
        {
            return (Write.Exists, users);
        }

        var submitted = await _table.SubmitAsync([Table.Delete(Partition, RowKey(name), ifMatch), guard], cancel);
        if (submitted is { FailedAction: 1, Outcome: Write.Stale })
        {
            // Somebody began to use it just now: he is found by looking again.
            return await DeleteAsync(backend, ifMatch, cancel);
        }

        if (submitted.Outcome == Write.Done)
        {
            await parts.Of(backend).ClearAsync(cancel);
        }

        return (submitted.Outcome, []);
    }

    public Task<Listing<Backend>> ListAsync(Paging paging, CancellationToken cancel) => paging.CutAsync(
        _table.ReadKindAsync(Partition, Kind, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        Read,
        cancel);

    private async Task<IReadOnlyList<string>> UsersAsync(string name, CancellationToken cancel)
    {
        var users = new List<string>();
        await foreach (var (use, since) in uses.ReadAsync(name, cancel))
        {
            if (clock.GetUtcNow() - since < LongestRequest || await stillUsed(use, cancel))
            {
                users.Add(use.Product);
            }
        }

        return users;
    }

    private static TableEntity Row(Backend backend) => new(Partition, RowKey(backend.SystemName))
    {
        ["SystemName"] = backend.SystemName,
        ["Name"] = backend.Name,
        ["Description"] = backend.Description,
        ["PrivateBaseUrl"] = backend.PrivateBaseUrl,
        ["Endpoints"] = backend.Endpoints is { } endpoints ? string.Join('\n', endpoints) : null,
        ["TlsCaCertificates"] = backend.Tls?.CaCertificates,
        ["TlsPinnedSha256"] = backend.Tls?.PinnedSha256,
        ["TlsServerName"] = backend.Tls?.ServerName,
        ["TlsClientCertificate"] = backend.Tls?.ClientCertificate,
        ["TlsInsecure"] = backend.Tls?.Insecure,
        ["Generation"] = backend.Generation,
    };

    private static Backend Read(TableEntity row) => new()
    {
        SystemName = row.GetString("SystemName"),
        Name = row.GetString("Name"),
        Description = row.GetString("Description"),
        PrivateBaseUrl = row.GetString("PrivateBaseUrl"),
        Endpoints = row.GetString("Endpoints")?.Split('\n'),
        Tls = row.GetBoolean("TlsInsecure") is { } insecure
            ? new BackendTls
            {
                CaCertificates = row.GetString("TlsCaCertificates"),
                PinnedSha256 = row.GetString("TlsPinnedSha256"),
                ServerName = row.GetString("TlsServerName"),
                ClientCertificate = row.GetString("TlsClientCertificate"),
                Insecure = insecure,
            }
            : null,
        Generation = row.GetString("Generation"),
    };
}
