using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables;

/// <summary>One table: create and delete it; read, query and change its rows.</summary>
public partial class TableClient
{
    private readonly TableAccount _account;

    public TableClient(string connectionString, string tableName)
        : this(connectionString, tableName, null)
    {
    }

    public TableClient(string connectionString, string tableName, TableClientOptions options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        _account = TableAccount.Of(ConnectionString.Parse(connectionString), options);
        Name = tableName;
    }

    /// <param name="endpoint">The table's own address.</param>
    /// <param name="credential">Signs every request.</param>
    /// <param name="options">Null: the defaults.</param>
    public TableClient(Uri endpoint, AzureSasCredential credential, TableClientOptions options = null)
    {
        ArgumentNullException.ThrowIfNull(credential);
        Name = TableIn(endpoint);
        _account = new TableAccount(TableAddress.Service(endpoint), null, new SasPolicy(credential), options);
    }

    /// <param name="endpoint">The table's own address with a SAS token as its query.</param>
    /// <param name="options">Null: the defaults.</param>
    public TableClient(Uri endpoint, TableClientOptions options = null)
    {
        Name = TableIn(endpoint);
        var service = new UriBuilder(TableAddress.Service(endpoint)) { Query = endpoint.Query }.Uri;
        _account = new TableAccount(service, null, new NoAuthenticationPolicy(), options);
    }

    public TableClient(
        Uri endpoint,
        string tableName,
        TokenCredential tokenCredential,
        TableClientOptions options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        _account = TableAccount.Of(endpoint, tokenCredential, options);
        Name = tableName;
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(endpoint, tableName, credential, null)
    {
    }

    public TableClient(
        Uri endpoint,
        string tableName,
        TableSharedKeyCredential credential,
        TableClientOptions options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        ArgumentNullException.ThrowIfNull(credential);
        _account = new TableAccount(endpoint, null, new SharedKeyLitePolicy(credential), options);
        Name = tableName;
    }

    /// <summary>For mocking.</summary>
    protected TableClient()
    {
    }

    internal TableClient(TableAccount account, string name)
    {
        _account = account;
        Name = name;
    }

    public virtual string AccountName => _account.Name;

    public virtual string Name { get; }

    /// <summary>The table's address, without a SAS token.</summary>
    public virtual Uri Uri => _account.TableUri(Name);

    public virtual async Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default)
    {
        using var message = _account.Request(RequestMethod.Post, "Tables", TableJson());
        var response = await _account.SendAsync(message, cancellationToken, 201, 204).ConfigureAwait(false);
        return Response.FromValue(new TableItem(Name), response);
    }

    /// <summary>Creates the table; one of that name is no error: the answer's status is 409.</summary>
    public virtual async Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
    {
        using var message = _account.Request(RequestMethod.Post, "Tables", TableJson());
        message.Request.Headers.Add("Prefer", "return-no-content");
        var response = await _account.SendAsync(message, cancellationToken, 201, 204, 409).ConfigureAwait(false);
        if (response.Status == 409 && new RequestFailedException(response) is var refused
            && refused.ErrorCode != TableErrorCode.TableAlreadyExists)
        {
            throw refused;
        }

        return Response.FromValue(new TableItem(Name), response);
    }

    /// <summary>Deletes the table; none of that name is no error: the answer's status is 404.</summary>
    public virtual async Task<Response> DeleteAsync(CancellationToken cancellationToken = default)
    {
        using var message = _account.Request(RequestMethod.Delete, $"Tables('{Uri.EscapeDataString(Name)}')");
        return await _account.SendAsync(message, cancellationToken, 204, 404).ConfigureAwait(false);
    }

    private static string TableIn(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        TableAccount.RequireTls(endpoint);
        return TableAddress.TableName(endpoint)
            ?? throw new ArgumentException("The endpoint must be the address of a table.", nameof(endpoint));
    }

    private byte[] TableJson() =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["TableName"] = Name });
}
