using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Accounts;

/// <summary>Whether a noted application is there and belongs to the account: what only its own partition can tell.</summary>
internal delegate Task<bool> StillOwned(Dependent note, CancellationToken cancel);

/// <summary>
/// Accounts in storage: table <c>accounts</c>, one partition, row = <c>account|{name}</c>, with a note beside it for
/// every application of the account.
/// </summary>
internal sealed class AccountsTable(TableAccount account, StillOwned stillOwned, TimeProvider clock)
{
    private const string Partition = "accounts";
    private const string Kind = "account";

    private readonly Table _table = account.Table("accounts");
    private readonly Dependents _applications = new(account.Table("accounts"), Kind, "application", clock);

    public async Task<Stored<Account>?> FindAsync(string name, CancellationToken cancel) =>
        await _table.FindAsync(Partition, Key.Of(Kind, name), cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, or Exists.</summary>
    public async Task<(Write Outcome, ETag ETag)> AddAsync(Account added, CancellationToken cancel)
    {
        var row = Row(added);
        var (outcome, _) = await _table.SubmitAsync([Table.Add(row), Guard.Add(Partition, row.RowKey)], cancel);
        return (outcome, row.ETag);
    }

    /// <summary>Done with the new tag, Stale, or Missing.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(Account replaced, ETag ifMatch, CancellationToken cancel)
    {
        var row = Row(replaced);
        return (await _table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }

    /// <summary>Done, Stale, Missing, or Exists when the account has applications.</summary>
    public Task<Write> DeleteAsync(string name, ETag ifMatch, CancellationToken cancel) => _applications.DeleteOwnerAsync(
        Partition,
        name,
        ifMatch,
        () => Task.FromResult<IReadOnlyList<TableTransactionAction>>([]),
        note => stillOwned(note, cancel),
        cancel);

    public Task<Listing<Account>> ListAsync(Paging paging, CancellationToken cancel) => paging.CutAsync(
        _table.ReadKindAsync(Partition, Kind, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        Read,
        cancel);

    /// <summary>Notes that an application belongs to an account: Done, or Missing when there is no such account.</summary>
    public Task<Write> AddApplicationAsync(string name, string application, string generation, CancellationToken cancel) =>
        _applications.AddAsync(Partition, name, application, generation, cancel);

    public Task<Dependent?> FindApplicationAsync(
        string name,
        string application,
        string generation,
        CancellationToken cancel) => _applications.FindAsync(Partition, name, application, generation, cancel);

    public Task RemoveApplicationAsync(Dependent note, CancellationToken cancel) =>
        _applications.RemoveAsync(Partition, note, cancel);

    public Task<Listing<Dependent>> ListApplicationsAsync(string name, Paging paging, CancellationToken cancel) =>
        paging.CutAsync(
            _applications.ReadAsync(Partition, name, cancel, paging.After, paging.Limit + 1),
            note => note.RowKey,
            note => note,
            cancel);

    private static TableEntity Row(Account account) => new(Partition, Key.Of(Kind, account.SystemName))
    {
        ["SystemName"] = account.SystemName,
        ["Name"] = account.Name,
    };

    private static Account Read(TableEntity row) => new()
    {
        SystemName = row.GetString("SystemName"),
        Name = row.GetString("Name"),
    };
}
