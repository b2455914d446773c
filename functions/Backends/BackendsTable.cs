using Azure;
using Azure.Data.Tables;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Backends;

/// <summary>Backends in storage: table <c>backends</c>, one partition, row = <c>backend|{name}</c>.</summary>
internal sealed class BackendsTable(TableAccount account)
{
    internal const string Partition = "backends";
    internal const string Kind = "backend";

    private readonly Table _table = account.Table("backends");

    public async Task<Stored<Backend>?> FindAsync(string name, CancellationToken cancel) =>
        await _table.FindAsync(Partition, Key.Of(Kind, name), cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, or Exists.</summary>
    public async Task<(Write Outcome, ETag ETag)> AddAsync(Backend backend, CancellationToken cancel)
    {
        var row = Row(backend);
        return (await _table.AddAsync(row, cancel), row.ETag);
    }

    /// <summary>Done with the new tag, Stale, or Missing.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(Backend backend, ETag ifMatch, CancellationToken cancel)
    {
        var row = Row(backend);
        return (await _table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }

    public Task<Write> DeleteAsync(string name, ETag ifMatch, CancellationToken cancel) =>
        _table.DeleteAsync(Partition, Key.Of(Kind, name), ifMatch, cancel);

    public Task<Listing<Backend>> ListAsync(Paging paging, CancellationToken cancel) => paging.CutAsync(
        _table.ReadKindAsync(Partition, Kind, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        Read,
        cancel);

    private static TableEntity Row(Backend backend) => new(Partition, Key.Of(Kind, backend.SystemName))
    {
        ["SystemName"] = backend.SystemName,
        ["Name"] = backend.Name,
        ["Description"] = backend.Description,
        ["PrivateBaseUrl"] = backend.PrivateBaseUrl,
        ["TlsCaCertificates"] = backend.Tls?.CaCertificates,
        ["TlsPinnedSha256"] = backend.Tls?.PinnedSha256,
        ["TlsServerName"] = backend.Tls?.ServerName,
        ["TlsInsecure"] = backend.Tls?.Insecure,
    };

    private static Backend Read(TableEntity row) => new()
    {
        SystemName = row.GetString("SystemName"),
        Name = row.GetString("Name"),
        Description = row.GetString("Description"),
        PrivateBaseUrl = row.GetString("PrivateBaseUrl"),
        Tls = row.GetBoolean("TlsInsecure") is { } insecure
            ? new BackendTls
            {
                CaCertificates = row.GetString("TlsCaCertificates"),
                PinnedSha256 = row.GetString("TlsPinnedSha256"),
                ServerName = row.GetString("TlsServerName"),
                Insecure = insecure,
            }
            : null,
    };
}
