using Serverless.Functions.Backends;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of the backends that a document describes. Others are never touched, and none is deleted.</summary>
internal sealed class BackendChanges(BackendsTable backends)
{
    public void Put(ChangeList changes, IEnumerable<WantedBackend> wanted)
    {
        foreach (var backend in wanted.Select(one => one.Backend))
        {
            changes.Put(
                $"/api/backends/{backend.Value.SystemName}",
                backend,
                BackendsJson.Default.Backend,
                async cancel => (await backends.AddAsync(backend.Value, cancel)).Outcome == Write.Done,
                async (tag, cancel) => (await backends.ReplaceAsync(backend.Value, tag, cancel)).Outcome == Write.Done);
        }
    }
}
