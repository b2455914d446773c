using Azure.Core;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables;

/// <summary>The tables of a storage account: list, create, delete, and clients for them.</summary>
public class TableServiceClient
{
    private readonly TableAccount _account;

    public TableServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    public TableServiceClient(string connectionString, TableClientOptions options = null) =>
        _account = TableAccount.Of(ConnectionString.Parse(connectionString), options);

    public TableServiceClient(Uri endpoint, AzureSasCredential credential)
        : this(endpoint, credential, null)
    {
    }

    public TableServiceClient(Uri endpoint, AzureSasCredential credential, TableClientOptions options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        TableAccount.RequireTls(endpoint);
        _account = new TableAccount(endpoint, null, new SasPolicy(credential), options);
    }

    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions options = null) =>
        _account = TableAccount.Of(endpoint, tokenCredential, options);

    /// <param name="endpoint">The service's address with a SAS token as its query.</param>
    /// <param name="options">Null: the defaults.</param>
    public TableServiceClient(Uri endpoint, TableClientOptions options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        TableAccount.RequireTls(endpoint);
        if (string.IsNullOrEmpty(endpoint.Query))
        {
            throw new ArgumentException("endpoint must contain a SAS token query.");
        }

        _account = new TableAccount(endpoint, null, new NoAuthenticationPolicy(), options);
    }

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential)
        : this(endpoint, credential, null)
    {
    }

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        _account = new TableAccount(endpoint, null, new SharedKeyLitePolicy(credential), options);
    }

    /// <summary>For mocking.</summary>
    protected TableServiceClient()
    {
    }

    public virtual string AccountName => _account.Name;

    /// <summary>The service's address, without a SAS token.</summary>
    public virtual Uri Uri => _account.Endpoint;

    public static string CreateQueryFilter(FormattableString filter) => QueryFilter.Create(filter);

    public virtual TableClient GetTableClient(string tableName)
    {
        ArgumentNullException.ThrowIfNull(tableName);
        return new TableClient(_account, tableName);
    }

    public virtual Task<Response<TableItem>> CreateTableAsync(
        string tableName,
        CancellationToken cancellationToken = default) =>
        GetTableClient(tableName).CreateAsync(cancellationToken);

    public virtual Task<Response<TableItem>> CreateTableIfNotExistsAsync(
        string tableName,
        CancellationToken cancellationToken = default) =>
        GetTableClient(tableName).CreateIfNotExistsAsync(cancellationToken);

    /// <summary>Deletes the table; none of that name is no error: the answer's status is 404.</summary>
    public virtual Task<Response> DeleteTableAsync(string tableName, CancellationToken cancellationToken = default) =>
        GetTableClient(tableName).DeleteAsync(cancellationToken);

    public virtual AsyncPageable<TableItem> QueryAsync(
        FormattableString filter,
        int? maxPerPage = null,
        CancellationToken cancellationToken = default) =>
        QueryAsync(CreateQueryFilter(filter), maxPerPage, cancellationToken);

    public virtual AsyncPageable<TableItem> QueryAsync(
        string filter = null,
        int? maxPerPage = null,
        CancellationToken cancellationToken = default) =>
        new QueriedPages<TableItem>(
            (next, size, cancel) => FetchAsync(filter, next, size, cancel),
            maxPerPage,
            cancellationToken);

    private async Task<Page<TableItem>> FetchAsync(string filter, string next, int? size, CancellationToken cancel)
    {
        using var message = _account.Request(RequestMethod.Get, "Tables");
        message.Request.Uri.AppendQueryOption("$filter", filter);
        message.Request.Uri.AppendQueryOption("$top", size);
        message.Request.Uri.AppendQueryOption("NextTableName", next);
        var response = await _account.SendAsync(message, cancel, 200).ConfigureAwait(false);
        using var json = TableAccount.Json(response);
        var tables = TableAccount.Values(json).Select(table => table.GetProperty("TableName").GetString());
        response.Headers.TryGetValue("x-ms-continuation-NextTableName", out next);
        return Page<TableItem>.FromValues([.. tables.Select(name => new TableItem(name))], next, response);
    }
}
