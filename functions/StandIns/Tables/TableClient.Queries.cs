using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>Rows by filter, page by page.</summary>
public partial class TableClient
{
    /// <summary>A filter from an interpolated string: every value in it becomes a literal, quotes doubled.</summary>
    public static string CreateQueryFilter(FormattableString filter) => QueryFilter.Create(filter);

    public virtual AsyncPageable<T> QueryAsync<T>(
        string filter = null,
        int? maxPerPage = null,
        IEnumerable<string> select = null,
        CancellationToken cancellationToken = default)
        where T : class, ITableEntity =>
        new QueriedPages<T>(
            (next, size, cancel) => FetchAsync<T>(filter, select, next, size, cancel),
            maxPerPage,
            cancellationToken);

    private async Task<Page<T>> FetchAsync<T>(
        string filter,
        IEnumerable<string> select,
        string next,
        int? size,
        CancellationToken cancel)
        where T : class, ITableEntity
    {
        using var message = _account.Request(RequestMethod.Get, $"{Name}()");
        message.Request.Uri.AppendQueryOption("$filter", filter);
        message.Request.Uri.AppendQueryOption("$top", size);
        message.Request.Uri.AppendQueryOption("$select", select);
        var (nextPartition, nextRow) = ContinuationToken.Split(next);
        message.Request.Uri.AppendQueryOption("NextPartitionKey", nextPartition);
        message.Request.Uri.AppendQueryOption("NextRowKey", nextRow);
        var response = await _account.SendAsync(message, cancel, 200).ConfigureAwait(false);
        using var json = TableAccount.Json(response);
        var entities = TableAccount.Values(json).Select(EntityReader.Read<T>);
        return Page<T>.FromValues([.. entities], ContinuationToken.In(response), response);
    }
}
