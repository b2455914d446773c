using System.Text.Json;
using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>Reads the backends of a product: each by name alone, or with all that it is.</summary>
internal sealed class UseReader(
    Fitting fitting,
    PresentProduct present,
    IReadOnlyDictionary<string, PresentBackend> backends,
    TimeProvider clock)
{
    private const string List = "backends";
    private const string Backend = "backend";

    /// <summary>The backends that a product names, so that they can be read before it is.</summary>
    public static IEnumerable<string> Names(Section product) =>
        (product.List(List, new Errors()) ?? []).Select(Name).OfType<string>();

    /// <summary>Those of them that it describes.</summary>
    public static IEnumerable<(string Name, Section Backend)> Described(Section product) =>
        from use in product.List(List, new Errors()) ?? []
        let inner = use.Member(Backend)
        where inner is { IsObject: true }
        let name = Name(use)
        where name is not null
        select (name, inner.Value);

    /// <summary>What the product will call the metrics of the backends that it will use.</summary>
    public IEnumerable<string> MetricNames(Section product)
    {
        var sections = product.List(List, fitting.Errors) ?? [];
        var named = sections.Where(section => Name(section) is not null).ToLookup(section => Name(section)!);
        var kept = fitting.Prune ? [] : present.Uses.Select(use => use.Value.Backend);
        foreach (var backend in named.Select(one => one.Key).Union(kept).Where(backends.ContainsKey))
        {
            var inner = named[backend].Select(section => section.Member(Backend)!.Value).FirstOrDefault();
            var metrics = inner.IsObject
                ? new MetricReader(fitting).Names(inner, backends[backend].Metrics)
                : backends[backend].Metrics.Select(metric => metric.Value.SystemName);
            foreach (var metric in metrics)
            {
                yield return BackendMetric.NameOf(metric, backend);
            }
        }
    }

    public IReadOnlyList<WantedUse>? Read(Section product)
    {
        if (product.List(List, fitting.Errors) is not { } sections)
        {
            return null;
        }

        var seen = new HashSet<string>();
        List<WantedUse> uses = [.. sections.Select(section => Read(section, seen)).OfType<WantedUse>()];
        var kept = fitting.Prune ? [] : present.Uses.Where(use => !seen.Contains(use.Value.Backend));
        var paths = kept.Select(use => use.Value.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var use in uses.Where(use => !paths.Add(use.Use.Value.Path)))
        {
            fitting.Errors.Add(use.Use.At + "/path", "path_taken", $"The product has another backend on path '{use.Use.Value.Path}'.");
        }

        return uses;
    }

    private static string? Name(Section use) =>
        use.Member(Backend) is { IsObject: true } inner ? inner.Text("system_name") : use.Text(Backend);

    private WantedUse? Read(Section section, HashSet<string> seen)
    {
        if (section.Member(Backend) is not { } inner)
        {
            fitting.Errors.Add(section.At + "/" + Backend, "required", "It needs a backend: its system name, or all of it.");
            return null;
        }

        var name = Name(section);
        fitting.Once(seen, name, inner.IsObject ? inner.At + "/system_name" : inner.At);
        var backend = inner.IsObject ? ReadBackend(inner, name) : null;
        if (!inner.IsObject)
        {
            CheckName(inner, name);
        }

        var stored = present.Uses.FirstOrDefault(use => use.Value.Backend == name);
        var input = fitting.Fit(
            section.Without(Backend),
            ProductsJson.Default.UsedBackendInput,
            stored is null ? null : JsonSerializer.SerializeToNode(stored.Value, ProductsJson.Default.UsedBackend),
            (use, errors) => use.Check(errors, name ?? ""));
        return input is null || name is null || (inner.IsObject && backend is null)
            ? null
            : new(new(section.At, input.ToUsedBackend(name), stored), backend);
    }

    private void CheckName(Section inner, string? name)
    {
        if (name is null)
        {
            fitting.Errors.Add(inner.At, "wrong_type", "It needs to be the system name of a backend, or an object.");
        }
        else if (backends.GetValueOrDefault(name)?.Backend is null)
        {
            fitting.Errors.Add(inner.At, "unknown_backend", $"There is no backend '{Text.Shorten(name)}'.");
        }
    }

    private WantedBackend? ReadBackend(Section section, string? name)
    {
        var now = name is null ? PresentBackend.None : backends.GetValueOrDefault(name, PresentBackend.None);
        var stored = now.Backend;
        var input = fitting.Fit(
            section.Without("metrics", "mapping_rules"),
            BackendsJson.Default.BackendInput,
            stored is null ? null : JsonSerializer.SerializeToNode(stored.Value, BackendsJson.Default.Backend),
            (backend, errors) => backend.Check(errors, stored?.Value.SystemName));
        var metrics = new MetricReader(fitting);
        var wanted = metrics.Read(section, now.Metrics);
        var rules = new RuleReader(fitting, metrics.Names(section, now.Metrics), clock).Read(section, now.Rules);
        return input is null
            ? null
            : new(
                new(section.At, input.ToBackend(name!, stored?.Value.Generation ?? Parts.NewGeneration()), stored),
                now,
                wanted,
                rules);
    }
}
