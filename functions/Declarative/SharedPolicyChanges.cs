using Serverless.Functions.Policies;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// What becomes of the shared policies that a document describes. Others are never touched, and none is deleted: chains of other
/// products may name it.
/// </summary>
internal sealed class SharedPolicyChanges(SharedPoliciesTable shared)
{
    public void Put(ChangeList changes, IEnumerable<Wanted<SharedPolicy>> wanted)
    {
        foreach (var (at, policy, present) in wanted)
        {
            changes.Put(
                $"/api/policies/{policy.Name}",
                new Wanted<CataloguedPolicy>(
                    at,
                    CataloguedPolicy.Of(policy),
                    present is null ? null : new(CataloguedPolicy.Of(present.Value), present.ETag)),
                PoliciesJson.Default.CataloguedPolicy,
                async cancel => (await shared.AddAsync(policy, cancel)).Outcome == Write.Done,
                async (tag, cancel) => (await shared.ReplaceAsync(policy, tag, cancel)).Outcome == Write.Done,
                differs: present is not null && !present.Value.IsConfiguredAs(policy));
        }
    }
}
