using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Finds, before anything is written, what would be pruned and must not be: plans that applications are on, and metrics and
/// backends that are named by what stays, such as copies of plans for single applications and plans of other products.
/// </summary>
internal sealed class Pruning(PlansTable plans, ProductParts parts, BackendUses uses, StillUsed stillUsed)
{
    public async Task CheckAsync(WantedProduct wanted, PresentProduct present, Errors errors, CancellationToken cancel)
    {
        var at = wanted.Product.At;
        var kept = (wanted.Plans ?? []).Select(plan => plan.Plan.Value.SystemName).ToHashSet();
        foreach (var plan in present.Plans.Select(plan => plan.Value.SystemName).Where(plan => !kept.Contains(plan)))
        {
            if (await plans.HasApplicationsAsync(present.Product!.Value, plan, cancel))
            {
                errors.Add(
                    at + "/plans",
                    "in_use",
                    $"The plan '{plan}' is not in the document, and applications are on it: keep it, or change their plan first.");
            }
        }

        var named = present.CustomPlans.SelectMany(plan => present.Limits[plan].Select(limit => limit.Value.Metric)
            .Concat(present.Prices[plan].Select(price => price.Value.Metric))).ToHashSet();
        CheckMetrics(present.Metrics, wanted.Metrics, named, at, errors);
        CheckUses(wanted, present, named, errors);
        foreach (var backend in (wanted.Uses ?? []).Select(use => use.Backend).OfType<WantedBackend>())
        {
            await CheckBackendAsync(backend, wanted.Product.Value, named, errors, cancel);
        }
    }

    private static void CheckMetrics(
        IReadOnlyList<Stored<Metric>> present,
        IReadOnlyList<Wanted<Metric>>? wanted,
        HashSet<string> named,
        string at,
        Errors errors)
    {
        foreach (var metric in Gone(present, wanted).Where(named.Contains))
        {
            errors.Add(
                at + "/metrics",
                "in_use",
                $"The metric '{metric}' is not in the document, and the plan of an application names it.");
        }
    }

    private static void CheckUses(WantedProduct wanted, PresentProduct present, HashSet<string> named, Errors errors)
    {
        var kept = (wanted.Uses ?? []).Select(use => use.Use.Value.Backend).ToHashSet();
        var backends = named.Select(BackendMetric.Split).Select(name => name?.Backend).ToHashSet();
        var gone = present.Uses.Select(use => use.Value.Backend).Where(name => !kept.Contains(name));
        foreach (var backend in gone.Where(backends.Contains))
        {
            errors.Add(
                wanted.Product.At + "/backends",
                "in_use",
                $"The backend '{backend}' is not in the document, and the plan of an application names a metric of it.");
        }
    }

    private async Task CheckBackendAsync(
        WantedBackend backend,
        Product product,
        HashSet<string> named,
        Errors errors,
        CancellationToken cancel)
    {
        var name = backend.Backend.Value.SystemName;
        var gone = Gone(backend.Present.Metrics, backend.Metrics).Select(metric => BackendMetric.NameOf(metric, name)).ToHashSet();
        var held = gone.Any(named.Contains);
        await foreach (var (use, _) in uses.ReadAsync(name, cancel))
        {
            if (held || gone.Count == 0)
            {
                break;
            }

            var isOther = use.Product != product.SystemName || use.Generation != product.Generation;
            held = isOther
                && await stillUsed(use, cancel)
                && await PlannedMetrics.AnyAsync(
                    new Parts(parts.Table, Product.PartitionOf(use.Product, use.Generation)),
                    gone.Contains,
                    cancel);
        }

        if (held)
        {
            errors.Add(
                backend.Backend.At + "/metrics",
                "in_use",
                $"Metrics of backend '{name}' are not in the document, and plans that stay name them.");
        }
    }

    private static IEnumerable<string> Gone(IReadOnlyList<Stored<Metric>> present, IReadOnlyList<Wanted<Metric>>? wanted)
    {
        var kept = (wanted ?? []).Select(metric => metric.Value.SystemName).ToHashSet();
        return present.Select(metric => metric.Value.SystemName).Where(name => name != FirstMetric.Name && !kept.Contains(name));
    }
}
