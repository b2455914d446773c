using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Accounts;

/// <summary>
/// Accounts in storage: table <c>accounts</c>, one partition, row = <c>account|{name}</c>, with a note beside it for
/// every application of the account.
/// </summary>
internal sealed class AccountsTable
{
    private const string Partition = "accounts";
    private const string Kind = "account";

    private readonly Table _table;
    private readonly Dependents _applications;

    public AccountsTable(TableAccount account)
    {
        _table = account.Table("accounts");
        _applications = new(_table, "account-application");
    }

    public async Task<Stored<Account>?> FindAsync(string name, CancellationToken cancel) =>
        await _table.FindAsync(Partition, Key.Of(Kind, name), cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Done with the new tag, or Exists.</summary>
    public async Task<(Write Outcome, ETag ETag)> AddAsync(Account added, CancellationToken cancel)
    {
        var (outcome, _) = await _table.SubmitAsync(
            [Table.Add(Row(added)), Table.Add(_applications.Guard(Partition, added.SystemName))],
            cancel);

        // A transaction tells no tags. Should the account be gone again already, the caller gets the tag of nothing.
        return (outcome, (await FindAsync(added.SystemName, cancel))?.ETag ?? default);
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
        Key.Of(Kind, name),
        ifMatch,
        () => Task.FromResult<IReadOnlyList<TableTransactionAction>>([]),
        cancel);

    public Task<Listing<Account>> ListAsync(Paging paging, CancellationToken cancel) => paging.CutAsync(
        _table.ReadKindAsync(Partition, Kind, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        Read,
        cancel);

    /// <summary>Notes an application: Done, Exists when there is another of its name, Missing when there is no such account.</summary>
    public Task<Write> AddApplicationAsync(string name, string application, string generation, CancellationToken cancel) =>
        _applications.AddAsync(Partition, name, application, generation, cancel);

    public Task<Dependent?> FindApplicationAsync(string name, string application, CancellationToken cancel) =>
        _applications.FindAsync(Partition, name, application, cancel);

    public Task RemoveApplicationAsync(Dependent note, CancellationToken cancel) =>
        _applications.RemoveAsync(Partition, note, cancel);

    public Task<Listing<Dependent>> ListApplicationsAsync(string name, Paging paging, CancellationToken cancel) =>
        _applications.ListAsync(Partition, name, paging, cancel);

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
