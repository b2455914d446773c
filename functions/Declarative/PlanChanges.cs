using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of plans and their limits.</summary>
internal sealed class PlanChanges(PlansTable plans, LimitsTable limits)
{
    public void Put(ChangeList changes, Product product, IEnumerable<WantedPlan> wanted)
    {
        foreach (var (plan, itsLimits) in wanted)
        {
            changes.Put(
                Address(product, plan.Value.SystemName),
                plan,
                PlansJson.Default.Plan,
                async cancel => (await plans.AddAsync(product, plan.Value, cancel)).Outcome == Write.Done,
                async (tag, cancel) => (await plans.ReplaceAsync(product, plan.Value, tag, cancel)).Outcome == Write.Done);
            foreach (var limit in itsLimits ?? [])
            {
                PutLimit(changes, product, plan.Value.SystemName, limit);
            }
        }
    }

    /// <summary>Before the metrics go that limits name.</summary>
    public void Rest(ChangeList changes, Product product, PresentProduct present, IReadOnlyList<WantedPlan>? wanted, bool prune)
    {
        foreach (var (plan, itsLimits) in wanted ?? [])
        {
            var name = plan.Value.SystemName;
            changes.Rest(
                plan.Present is null ? [] : present.Limits[name],
                itsLimits,
                prune,
                limit => Address(product, name, limit),
                PlansJson.Default.PlanLimit,
                async (limit, tag, cancel) => await limits.DeleteAsync(product, name, limit.Id, tag, cancel) == Write.Done);
        }

        // The limits of a plan go with it.
        changes.Rest(
            present.Plans,
            wanted?.Select(plan => plan.Plan),
            prune,
            plan => Address(product, plan.SystemName),
            PlansJson.Default.Plan,
            async (plan, tag, cancel) => await plans.DeleteAsync(product, plan.SystemName, tag, cancel) == Write.Done);
    }

    /// <summary>The plans that would go, and must not because applications are on them.</summary>
    public async Task<IReadOnlyList<string>> FindHeldAsync(
        PresentProduct present,
        IReadOnlyList<WantedPlan>? wanted,
        CancellationToken cancel)
    {
        var mentioned = (wanted ?? []).Select(plan => plan.Plan.Value.SystemName).ToHashSet();
        var held = new List<string>();
        foreach (var plan in present.Plans.Where(plan => !mentioned.Contains(plan.Value.SystemName)))
        {
            if (await plans.HasApplicationsAsync(present.Product!.Value, plan.Value.SystemName, cancel))
            {
                held.Add(plan.Value.SystemName);
            }
        }

        return held;
    }

    private void PutLimit(ChangeList changes, Product product, string plan, Wanted<PlanLimit> limit) => changes.Put(
        Address(product, plan, limit.Value),
        limit,
        PlansJson.Default.PlanLimit,
        async cancel => (await limits.AddAsync(product, plan, limit.Value, cancel)).Outcome == Limiting.Done,
        async (tag, cancel) => (await limits.ReplaceAsync(product, plan, limit.Value, tag, cancel)).Outcome == Write.Done);

    private static string Address(Product product, string plan) => $"/api/products/{product.SystemName}/plans/{plan}";

    private static string Address(Product product, string plan, PlanLimit limit) => $"{Address(product, plan)}/limits/{limit.Id}";
}
