using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Finds, before anything is written, what would be pruned and must not be: plans that applications are on, and metrics and
/// backends that are named by what stays, such as copies of plans for single applications and plans of other products. What a
/// document mentions it keeps, whatever else is wrong with it.
/// </summary>
internal sealed class Pruning(PlansTable plans, ProductParts parts, BackendUses uses, StillUsed stillUsed)
{
    public async Task CheckAsync(
        Section product,
        PresentProduct present,
        IReadOnlyDictionary<string, PresentBackend> backends,
        Errors errors,
        CancellationToken cancel)
    {
        await CheckPlansAsync(product, present, errors, cancel);
        var named = present.CustomPlans.SelectMany(plan => present.Limits[plan].Select(limit => limit.Value.Metric)
            .Concat(present.Prices[plan].Select(price => price.Value.Metric))).ToHashSet();
        var metrics = Gone(product, present.Metrics).Where(named.Contains).ToList();
        Refuse(
            product.At + "/metrics",
            metrics,
            $"In the plan of an application, and not in the document, are the metrics {Quote(metrics)}.",
            errors);
        var kept = UseReader.Names(product).ToHashSet();
        var needed = named.Select(BackendMetric.Split).Select(name => name?.Backend).ToHashSet();
        var gone = present.Uses.Select(use => use.Value.Backend).Where(name => !kept.Contains(name) && needed.Contains(name)).ToList();
        Refuse(
            product.At + "/backends",
            gone,
            $"The plan of an application names metrics of backends that are not in the document: {Quote(gone)}.",
            errors);
        foreach (var (name, backend) in UseReader.Described(product).DistinctBy(one => one.Name))
        {
            if (backends.TryGetValue(name, out var its))
            {
                await CheckBackendAsync(name, backend, its, present.Product?.Value, named, errors, cancel);
            }
        }
    }

    private async Task CheckPlansAsync(Section product, PresentProduct present, Errors errors, CancellationToken cancel)
    {
        var kept = Names(product, "plans");
        var gone = new List<string>();
        foreach (var plan in present.Plans.Select(plan => plan.Value.SystemName).Where(plan => !kept.Contains(plan)))
        {
            if (await plans.HasApplicationsAsync(present.Product!.Value, plan, cancel))
            {
                gone.Add(plan);
            }
        }

        Refuse(
            product.At + "/plans",
            gone,
            $"Applications are on plans that are not in the document: {Quote(gone)}. Keep them, or change the plan of the applications first.",
            errors);
    }

    private async Task CheckBackendAsync(
        string name,
        Section backend,
        PresentBackend present,
        Product? product,
        HashSet<string> named,
        Errors errors,
        CancellationToken cancel)
    {
        var gone = Gone(backend, present.Metrics).ToDictionary(metric => BackendMetric.NameOf(metric, name));
        var held = gone.Keys.Any(named.Contains);
        await foreach (var (use, _) in uses.ReadAsync(name, cancel))
        {
            if (held || gone.Count == 0)
            {
                break;
            }

            var isOther = use.Product != product?.SystemName || use.Generation != product.Generation;
            held = isOther
                && await stillUsed(use, cancel)
                && await PlannedMetrics.AnyAsync(
                    new Parts(parts.Table, Product.PartitionOf(use.Product, use.Generation)),
                    gone.ContainsKey,
                    cancel);
        }

        Refuse(
            backend.At + "/metrics",
            held ? [name] : [],
            $"Metrics of backend '{name}' are not in the document, and plans that stay name them.",
            errors);
    }

    private static void Refuse(string at, List<string> held, string message, Errors errors)
    {
        if (held.Count > 0)
        {
            errors.AddBeside(at, "in_use", message);
        }
    }

    private static IEnumerable<string> Gone(Section owner, IReadOnlyList<Stored<Metric>> present)
    {
        var kept = Names(owner, "metrics");
        return present.Select(metric => metric.Value.SystemName).Where(name => name != FirstMetric.Name && !kept.Contains(name));
    }

    private static HashSet<string> Names(Section owner, string list) =>
        [.. (owner.List(list, new Errors()) ?? []).Select(section => section.Text("system_name")).OfType<string>()];

    private static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
