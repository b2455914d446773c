using Azure.Data.Tables;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Storage;

/// <summary>The storage account: hands out its tables by the names they have in the code.</summary>
internal sealed class TableAccount(TableServiceClient service, IOptions<StorageOptions> options)
{
    /// <summary>The table of this name, which need not exist yet.</summary>
    public Table Table(string name) => new(service.GetTableClient(options.Value.TablePrefix + name));

    /// <summary>Asks storage for a row that is not there: whatever the answer, it answers.</summary>
    public Task PingAsync(CancellationToken cancel) => Table("ping").FindAsync("ping", "ping", cancel);
}
