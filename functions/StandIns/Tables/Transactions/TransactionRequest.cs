using System.Buffers;
using System.Globalization;
using System.Text;

namespace Azure.Data.Tables;

/// <summary>Writes a transaction as the service takes it: a multipart change set, an HTTP request per action.</summary>
/// <param name="endpoint">The service's address.</param>
/// <param name="table">Table of all rows.</param>
/// <param name="version">Version of the REST API.</param>
internal sealed class TransactionRequest(Uri endpoint, string table, string version)
{
    private readonly string _batch = $"batch_{Guid.NewGuid()}";
    private readonly string _changes = $"changeset_{Guid.NewGuid()}";
    private readonly ArrayBufferWriter<byte> _body = new();

    public string ContentType => $"multipart/mixed; boundary={_batch}";

    public ReadOnlyMemory<byte> Write(IEnumerable<TableTransactionAction> actions)
    {
        Line($"--{_batch}");
        Line($"Content-Type: multipart/mixed; boundary={_changes}");
        Line("");
        foreach (var action in actions)
        {
            Line($"--{_changes}");
            Line("Content-Type: application/http");
            Line("Content-Transfer-Encoding: binary");
            Line("");
            WriteAction(action);
        }

        Line($"--{_changes}--");
        Line("");
        Line($"--{_batch}--");
        return _body.WrittenMemory;
    }

    private void WriteAction(TableTransactionAction action)
    {
        switch (action.ActionType)
        {
            case TableTransactionActionType.Add:
                Head("POST", table, default);
                Line("Prefer: return-no-content");
                Body(action.Entity);
                break;
            case TableTransactionActionType.UpdateMerge:
                Head("PATCH", Row(action.Entity), action.ETag);
                Body(action.Entity);
                break;
            case TableTransactionActionType.UpdateReplace:
                Head("PUT", Row(action.Entity), action.ETag);
                Body(action.Entity);
                break;
            case TableTransactionActionType.UpsertMerge:
                Head("PATCH", Row(action.Entity), default);
                Body(action.Entity);
                break;
            case TableTransactionActionType.UpsertReplace:
                Head("PUT", Row(action.Entity), default);
                Body(action.Entity);
                break;
            case TableTransactionActionType.Delete:
                Head("DELETE", Row(action.Entity), action.ETag == default ? ETag.All : action.ETag);
                Line("");
                Line("");
                break;
            default:
                throw new InvalidOperationException($"Unknown type of action: {action.ActionType}");
        }
    }

    private string Row(ITableEntity entity) => TableAddress.Entity(table, entity.PartitionKey, entity.RowKey);

    private void Head(string method, string path, ETag ifMatch)
    {
        Line($"{method} {endpoint.AbsoluteUri.TrimEnd('/')}/{path} HTTP/1.1");
        Line($"Host: {endpoint.Host}");
        Line($"x-ms-version: {version}");
        Line("DataServiceVersion: 3.0");
        Line("Accept: application/json;odata=minimalmetadata");
        if (ifMatch != default)
        {
            Line($"If-Match: {ifMatch}");
        }
    }

    private void Body(ITableEntity entity)
    {
        Line("Content-Type: application/json;odata=nometadata");
        Line("");
        _body.Write(EntityWriter.Write(entity).Span);
        Line("");
    }

    private void Line(string text) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text}\r\n"), _body);
}
