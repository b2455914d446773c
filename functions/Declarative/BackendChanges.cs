using Serverless.Functions.Backends;
using Serverless.Functions.Metrics;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of the backends that a document describes. Others are never touched, and none is deleted.</summary>
internal sealed class BackendChanges(BackendsTable backends, BackendParts parts, MetricReferences references)
{
    public void Put(ChangeList changes, IEnumerable<WantedBackend> wanted, bool prune)
    {
        foreach (var (backend, present, metrics, rules) in wanted)
        {
            var owner = OwnerOf(backend.Value);
            changes.Put(
                owner.Address,
                backend,
                BackendsJson.Default.Backend,
                async cancel => (await backends.AddAsync(backend.Value, cancel)).Outcome == Write.Done,
                async (tag, cancel) => (await backends.ReplaceAsync(backend.Value, tag, cancel)).Outcome == Write.Done);
            MetricChanges.Put(changes, owner, metrics ?? []);
            RuleChanges.Rest(changes, owner, present.Rules, rules, prune);
            RuleChanges.Put(changes, owner, rules ?? []);
        }
    }

    /// <summary>After the plans have let go of their metrics.</summary>
    public void Rest(ChangeList changes, IEnumerable<WantedBackend> wanted, bool prune)
    {
        foreach (var (backend, present, metrics, _) in wanted)
        {
            MetricChanges.Rest(changes, OwnerOf(backend.Value), present.Metrics, metrics, prune);
        }
    }

    private ChangedOwner OwnerOf(Backend backend) => new(
        $"/api/backends/{backend.SystemName}",
        parts.Of(backend),
        (metric, cancel) => references.AnyToBackendAsync(backend.SystemName, metric, cancel));
}
