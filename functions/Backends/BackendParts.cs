using Serverless.Functions.Storage;

namespace Serverless.Functions.Backends;

/// <summary>
/// Table <c>backendparts</c>: the metrics and mapping rules of each backend, in one partition, spelt as those of a product.
/// </summary>
internal sealed class BackendParts(TableAccount account)
{
    private readonly Table _table = account.Table("backendparts");

    public Parts Of(Backend backend) => new(_table, Parts.PartitionOf(backend.SystemName, backend.Generation));
}
