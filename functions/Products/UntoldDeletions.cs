using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Products;

/// <summary>
/// Products that were to be deleted, until relays have been told: table <c>products</c>, row = <c>untold|{name}</c>. So whoever
/// deletes a product again of which that broke off tells it, and who deletes one that never was tells nobody anything.
/// </summary>
internal sealed class UntoldDeletions(TableAccount account)
{
    private const string Partition = "products";
    private const string Kind = "untold";

    private readonly Table _table = account.Table("products");

    /// <summary>To be noted before the product goes.</summary>
    public Task NoteAsync(string name, CancellationToken cancel) => _table.AddAsync(new TableEntity(Partition, Key.Of(Kind, name)), cancel);

    public async Task<bool> HasAsync(string name) => await _table.FindAsync(Partition, Key.Of(Kind, name), CancellationToken.None) is not null;

    public Task RemoveAsync(string name) => _table.DeleteAsync(Partition, Key.Of(Kind, name), ETag.All, CancellationToken.None);
}
