using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Accounts;

/// <summary>Whether a noted application is there and belongs to the account: what only its own partition can tell.</summary>
internal delegate Task<bool> StillOwned(Dependent note, CancellationToken cancel);

/// <summary>
/// Accounts in storage: table <c>accounts</c>, one partition, row = <c>account|{name}</c>, with a note beside it for
/// every application of the account, and <c>unsettled|{name}</c> while those follow a change of its state.
/// </summary>
internal sealed class AccountsTable(TableAccount account, StillOwned stillOwned, TimeProvider clock)
{
    private const string Partition = "accounts";
    private const string Kind = "account";
    private const string UnsettledKind = "unsettled";

    private readonly Table _table = account.Table("accounts");
    private readonly Dependents _applications = new(account.Table("accounts"), Kind, "application", clock);

    public async Task<AccountRecord?> FindAsync(string name, CancellationToken cancel) =>
        await _table.FindAsync(Partition, Key.Of(Kind, name), cancel) is { } row ? Read(row) : null;

    /// <summary>Done with the new tag, or Exists.</summary>
    public async Task<(Write Outcome, ETag ETag)> AddAsync(Account added, CancellationToken cancel)
    {
        // Turns begin with the time: one of the same name made later is never behind.
        var row = Row(new() { Value = added, Wanted = added.State, Turn = clock.GetUtcNow().Ticks });
        var (outcome, _) = await _table.SubmitAsync([Table.Add(row), Guard.Add(Partition, row.RowKey)], cancel);
        return (outcome, row.ETag);
    }

    /// <summary>Replaces an account as it was read: Done with the new tag, Stale, or Missing.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(AccountRecord replaced, CancellationToken cancel)
    {
        var row = Row(replaced);
        return (await _table.ReplaceAsync(row, replaced.ETag, cancel), row.ETag);
    }

    /// <summary>Replaces an account whose applications have to follow: Done, Stale or Missing.</summary>
    public async Task<Write> UnsettleAsync(AccountRecord changed, CancellationToken cancel) => (await _table.SubmitAsync(
        [
            Table.Replace(Row(changed), changed.ETag),
            new(TableTransactionActionType.UpsertReplace, new TableEntity(Partition, UnsettledKey(changed)) { ["Account"] = changed.Value.SystemName }),
        ],
        cancel)).Outcome;

    /// <summary>
    /// Replaces an account that all its applications follow: Done; Stale when it has changed since it was read; Missing when
    /// it is gone, or another has settled it.
    /// </summary>
    public async Task<Write> SettleAsync(AccountRecord settled, CancellationToken cancel) => (await _table.SubmitAsync(
        [
            Table.Replace(Row(settled), settled.ETag),
            Table.Delete(Partition, UnsettledKey(settled), ETag.All),
        ],
        cancel)).Outcome;

    /// <summary>Names of the accounts whose applications do not all follow yet.</summary>
    public IAsyncEnumerable<string> UnsettledAsync(CancellationToken cancel) =>
        _table.ReadKindAsync(Partition, UnsettledKind, cancel).Select(row => row.GetString("Account"));

    /// <summary>Done, Stale, Missing, or Exists when the account has applications.</summary>
    public Task<Write> DeleteAsync(string name, ETag ifMatch, CancellationToken cancel) => _applications.DeleteOwnerAsync(
        Partition,
        name,
        ifMatch,
        async () => await _table.FindAsync(Partition, Key.Of(UnsettledKind, name), cancel) is { } unsettled
            ? [Table.Delete(Partition, unsettled.RowKey, unsettled.ETag)]
            : [],
        note => stillOwned(note, cancel),
        cancel);

    public Task<Listing<Account>> ListAsync(Paging paging, CancellationToken cancel) => paging.CutAsync(
        _table.ReadKindAsync(Partition, Kind, cancel, paging.After, paging.Limit + 1),
        row => row.RowKey,
        row => Read(row).Value,
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

    /// <summary>The notes of all applications of an account.</summary>
    public IAsyncEnumerable<Dependent> ApplicationsAsync(string name, CancellationToken cancel) =>
        _applications.ReadAsync(Partition, name, cancel);

    public Task<Listing<Dependent>> ListApplicationsAsync(string name, Paging paging, CancellationToken cancel) =>
        paging.CutAsync(
            _applications.ReadAsync(Partition, name, cancel, paging.After, paging.Limit + 1),
            note => note.RowKey,
            note => note,
            cancel);

    private static string UnsettledKey(AccountRecord account) => Key.Of(UnsettledKind, account.Value.SystemName);

    private static TableEntity Row(AccountRecord account) => new(Partition, Key.Of(Kind, account.Value.SystemName))
    {
        ["SystemName"] = account.Value.SystemName,
        ["Name"] = account.Value.Name,
        ["Email"] = account.Value.Email,
        ["State"] = account.Value.State.ToString(),
        ["Wanted"] = account.Wanted.ToString(),
        ["Turn"] = account.Turn,
    };

    // Rows from before accounts had a state have none of these columns, and their keys are let in.
    private static AccountRecord Read(TableEntity row) => new()
    {
        Value = new()
        {
            SystemName = row.GetString("SystemName"),
            Name = row.GetString("Name"),
            Email = row.GetString("Email"),
            State = Enum.Parse<AccountState>(row.GetString("State") ?? nameof(AccountState.Approved)),
        },
        Wanted = Enum.Parse<AccountState>(row.GetString("Wanted") ?? nameof(AccountState.Approved)),
        Turn = row.GetInt64("Turn") ?? 0,
        ETag = row.ETag,
    };
}
