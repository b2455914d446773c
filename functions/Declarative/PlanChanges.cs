using System.Text.Json.Nodes;
using Azure;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of plans, and of which is the default.</summary>
internal sealed class PlanChanges(PlansTable plans, DefaultPlan defaults, TermChanges terms)
{
    public void Put(ChangeList changes, Product product, IReadOnlyList<WantedPlan> wanted)
    {
        foreach (var (plan, _, limits, prices) in wanted)
        {
            var address = Address(product, plan.Value);
            changes.Put(
                address,
                plan,
                PlansJson.Default.Plan,
                async cancel => (await plans.AddAsync(product, plan.Value, cancel)).Outcome == Write.Done,
                async (tag, cancel) => (await plans.ReplaceAsync(product, plan.Value, tag, cancel)).Outcome == Write.Done);
            terms.Put(changes, product, plan.Value.SystemName, address, limits ?? [], prices ?? []);
        }

        PutDefault(changes, product, wanted);
    }

    /// <summary>Before the metrics and the backends go that plans name.</summary>
    public void Rest(ChangeList changes, Product product, PresentProduct present, IReadOnlyList<WantedPlan>? wanted, bool prune)
    {
        foreach (var (plan, _, limits, prices) in (wanted ?? []).Where(one => one.Plan.Present is not null))
        {
            terms.Rest(changes, product, plan.Value.SystemName, Address(product, plan.Value), present, limits, prices, prune);
        }

        // What is said of metrics in a plan goes with it.
        changes.Rest(
            present.Plans,
            wanted?.Select(plan => plan.Plan),
            prune,
            plan => Address(product, plan),
            PlansJson.Default.Plan,
            async (plan, tag, cancel) => await plans.DeleteAsync(product, plan.SystemName, tag, cancel) == Write.Done);
    }

    // In one transaction with both plans, so after everything that needs their tags.
    private void PutDefault(ChangeList changes, Product product, IReadOnlyList<WantedPlan> wanted)
    {
        if (wanted.FirstOrDefault(plan => plan.Default == true)?.Plan.Value is { } next)
        {
            if (!next.Default)
            {
                changes.Add(Turn(product, next, true, async cancel =>
                    await defaults.SetAsync(product, next.SystemName, ETag.All, cancel) == Defaulting.Done));
            }
        }
        else if (wanted.FirstOrDefault(plan => plan.Default == false && plan.Plan.Value.Default)?.Plan.Value is { } last)
        {
            changes.Add(Turn(product, last, false, async cancel =>
            {
                await defaults.ClearAsync(product, cancel);
                return true;
            }));
        }
    }

    private static Change Turn(Product product, Plan plan, bool isDefault, Func<CancellationToken, Task<bool>> applyAsync) => new(
        ChangeAction.Update,
        Address(product, plan),
        new JsonObject { ["default"] = !isDefault },
        new JsonObject { ["default"] = isDefault })
    {
        ApplyAsync = applyAsync,
    };

    private static string Address(Product product, Plan plan) => $"/api/products/{product.SystemName}/plans/{plan.SystemName}";
}
