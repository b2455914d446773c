using Azure.Core;

namespace Azure.Data.Tables;

/// <summary>Rows, one at a time.</summary>
public partial class TableClient
{
    /// <summary>Inserts a row; 409 EntityAlreadyExists when there is one with its keys.</summary>
    public virtual async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        RequireKeys(entity);
        using var message = _account.Request(RequestMethod.Post, Name, EntityWriter.Write(entity));
        message.Request.Headers.Add("Prefer", "return-no-content");
        return await _account.SendAsync(message, cancellationToken, 201, 204).ConfigureAwait(false);
    }

    /// <summary>The row; 404 when there is none.</summary>
    public virtual async Task<Response<T>> GetEntityAsync<T>(
        string partitionKey,
        string rowKey,
        IEnumerable<string> select = null,
        CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var response = await GetAsync(partitionKey, rowKey, select, cancellationToken, 200).ConfigureAwait(false);
        using var json = TableAccount.Json(response);
        return Response.FromValue(EntityReader.Read<T>(json.RootElement), response);
    }

    /// <summary>The row, or an answer without a value when there is none.</summary>
    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey,
        string rowKey,
        IEnumerable<string> select = null,
        CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var response = await GetAsync(partitionKey, rowKey, select, cancellationToken, 200, 404).ConfigureAwait(false);
        if (response.Status == 404)
        {
            return new NoEntity<T>(response);
        }

        using var json = TableAccount.Json(response);
        return Response.FromValue(EntityReader.Read<T>(json.RootElement), response);
    }

    /// <summary>Changes a row that exists in the version given, or in any: <see cref="ETag.All"/>.</summary>
    public virtual Task<Response> UpdateEntityAsync<T>(
        T entity,
        ETag ifMatch,
        TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        // Without If-Match the service would insert.
        if (ifMatch == default)
        {
            throw new ArgumentException("Value cannot be empty.", nameof(ifMatch));
        }

        return ChangeAsync(entity, ifMatch, mode, cancellationToken);
    }

    /// <summary>Inserts a row, or changes the one with its keys whatever its version.</summary>
    public virtual Task<Response> UpsertEntityAsync<T>(
        T entity,
        TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default)
        where T : ITableEntity =>
        ChangeAsync(entity, default, mode, cancellationToken);

    /// <inheritdoc cref="DeleteEntityAsync(string, string, ETag, CancellationToken)"/>
    public virtual Task<Response> DeleteEntityAsync(
        ITableEntity entity,
        ETag ifMatch = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);
    }

    /// <summary>
    /// Deletes a row in the version given; default: in any. None is no error: the answer's status is 404.
    /// </summary>
    public virtual async Task<Response> DeleteEntityAsync(
        string partitionKey,
        string rowKey,
        ETag ifMatch = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        using var message = _account.Request(RequestMethod.Delete, TableAddress.Entity(Name, partitionKey, rowKey));
        message.Request.Headers.Add("If-Match", (ifMatch == default ? ETag.All : ifMatch).ToString());
        return await _account.SendAsync(message, cancellationToken, 204, 404).ConfigureAwait(false);
    }

    private static void RequireKeys(ITableEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(entity.PartitionKey, nameof(entity.PartitionKey));
        ArgumentNullException.ThrowIfNull(entity.RowKey, nameof(entity.RowKey));
    }

    private async Task<Response> GetAsync(
        string partitionKey,
        string rowKey,
        IEnumerable<string> select,
        CancellationToken cancel,
        params int[] expected)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        using var message = _account.Request(RequestMethod.Get, TableAddress.Entity(Name, partitionKey, rowKey));
        message.Request.Uri.AppendQueryOption("$select", select);
        return await _account.SendAsync(message, cancel, expected).ConfigureAwait(false);
    }

    private async Task<Response> ChangeAsync(
        ITableEntity entity,
        ETag ifMatch,
        TableUpdateMode mode,
        CancellationToken cancel)
    {
        RequireKeys(entity);
        var method = mode switch
        {
            TableUpdateMode.Merge => RequestMethod.Patch,
            TableUpdateMode.Replace => RequestMethod.Put,
            _ => throw new ArgumentException($"Unexpected value for {nameof(mode)}: {mode}"),
        };
        using var message = _account.Request(
            method,
            TableAddress.Entity(Name, entity.PartitionKey, entity.RowKey),
            EntityWriter.Write(entity));
        if (ifMatch != default)
        {
            message.Request.Headers.Add("If-Match", ifMatch.ToString());
        }

        return await _account.SendAsync(message, cancel, 204).ConfigureAwait(false);
    }
}
