using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Policies;

/// <summary>
/// Shared policies in storage: table <c>policies</c>, one partition for them and for the notes of whose chains name them, row =
/// <c>policy|{name}</c>. A note comes before the chain that names the policy and goes after it; one that a crash leaves keeps
/// the policy from being deleted for some minutes, and then no longer.
/// </summary>
internal sealed class SharedPoliciesTable(
    TableAccount account,
    ProductsTable products,
    PoliciesTable chains,
    TimeProvider clock)
{
    /// <summary>What the rows of policies begin with.</summary>
    public const string Kind = "policy";

    /// <summary>Where they are, and their notes.</summary>
    public const string Partition = "policies";

    /// <summary>What the rows of notes begin with.</summary>
    public const string NoteKind = "usedby";

    private readonly Table _table = account.Table("policies");
    private readonly Dependents _users = new(account.Table("policies"), Kind, NoteKind, clock);

    public async Task<Stored<SharedPolicy>?> FindAsync(string name, CancellationToken cancel) =>
        await _table.FindAsync(Partition, Key.Of(Kind, name), cancel) is { } row ? new(Read(row), row.ETag) : null;

    /// <summary>Those of these names that there are.</summary>
    public async Task<IReadOnlyDictionary<string, SharedPolicy>> FindAsync(IEnumerable<string> names, CancellationToken cancel) =>
        (await FindStoredAsync(names, cancel)).ToDictionary(found => found.Key, found => found.Value.Value);

    /// <summary>The same, each with its tag.</summary>
    public async Task<IReadOnlyDictionary<string, Stored<SharedPolicy>>> FindStoredAsync(
        IEnumerable<string> names,
        CancellationToken cancel)
    {
        var found = await Task.WhenAll(names.Distinct().Select(name => FindAsync(name, cancel)));
        return found.OfType<Stored<SharedPolicy>>().ToDictionary(policy => policy.Value.Name);
    }

    /// <summary>Done with the new tag, or Exists.</summary>
    public async Task<(Write Outcome, ETag ETag)> AddAsync(SharedPolicy policy, CancellationToken cancel)
    {
        var row = Row(policy);
        var submitted = await _table.SubmitAsync([Table.Add(row), Guard.Add(Partition, row.RowKey)], cancel);
        return (submitted.Outcome, row.ETag);
    }

    /// <summary>Done with the new tag, Stale, or Missing.</summary>
    public async Task<(Write Outcome, ETag ETag)> ReplaceAsync(SharedPolicy policy, ETag ifMatch, CancellationToken cancel)
    {
        var row = Row(policy);
        return (await _table.ReplaceAsync(row, ifMatch, cancel), row.ETag);
    }

    /// <summary>Done, Stale or Missing; or Exists while a chain names it.</summary>
    public Task<Write> DeleteAsync(string name, ETag ifMatch, CancellationToken cancel) => _users.DeleteOwnerAsync(
        Partition,
        name,
        ifMatch,
        () => Task.FromResult<IReadOnlyList<TableTransactionAction>>([]),
        note => IsNamedAsync(note, cancel),
        cancel);

    /// <summary>Notes that a product's chain names it: Done, or Missing when there is no such policy.</summary>
    public Task<Write> NoteAsync(string name, Product product, CancellationToken cancel) =>
        _users.AddAsync(Partition, name, product.SystemName, product.Generation, cancel);

    /// <summary>The note, to be removed when it still is what it was.</summary>
    public Task<Dependent?> FindNoteAsync(string name, Product product, CancellationToken cancel) =>
        _users.FindAsync(Partition, name, product.SystemName, product.Generation, cancel);

    public Task RemoveNoteAsync(Dependent note, CancellationToken cancel) => _users.RemoveAsync(Partition, note, cancel);

    /// <summary>Removes the notes that the chain of a product has left which is gone.</summary>
    public async Task ForgetAsync(Product product, CancellationToken cancel)
    {
        foreach (var name in (await chains.FindAsync(product, cancel))?.Value.Shared ?? [])
        {
            if (await FindNoteAsync(name, product, cancel) is { } note)
            {
                await RemoveNoteAsync(note, cancel);
            }
        }
    }

    /// <summary>Whether the chain that noted a policy is there and names it.</summary>
    public async Task<bool> IsNamedAsync(Dependent note, CancellationToken cancel) =>
        await products.FindAsync(note.Name, cancel) is { Value: var product }
        && product.Generation == note.Generation
        && await chains.FindAsync(product, cancel) is { Value: var chain }
        && chain.Shared.Contains(note.Owner);

    /// <summary>Rows of policies with their keys, by name.</summary>
    public IAsyncEnumerable<(string Key, SharedPolicy Policy)> ReadAsync(Paging paging, CancellationToken cancel) =>
        _table.ReadKindAsync(Partition, Kind, cancel, paging.After, paging.Limit + 1).Select(row => (row.RowKey, Read(row)));

    private static TableEntity Row(SharedPolicy policy) => new(Partition, Key.Of(Kind, policy.Name))
    {
        ["Name"] = policy.Name,
        ["Summary"] = policy.Summary,
        ["Builtin"] = policy.Builtin,
        ["Configuration"] = policy.Configuration.GetRawText(),
    };

    private static SharedPolicy Read(TableEntity row) => new(
        row.GetString("Name"),
        row.GetString("Summary"),
        row.GetString("Builtin"),
        JsonElement.Parse(row.GetString("Configuration")));
}
