using System.Text.Json;
using Serverless.Functions.Plans;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>Reads plans and their limits.</summary>
internal sealed class PlanReader(Fitting fitting, PresentProduct present, IReadOnlySet<string> metrics)
{
    private const string Limits = "limits";

    public IReadOnlyList<WantedPlan>? Read(Section product)
    {
        var seen = new HashSet<string>();
        var byName = present.Plans.ToDictionary(plan => plan.Value.SystemName);
        return product.List("plans", fitting.Errors) is { } sections
            ? [.. sections.Select(section => Read(section, byName, seen)).OfType<WantedPlan>()]
            : null;
    }

    private WantedPlan? Read(Section section, Dictionary<string, Stored<Plan>> plans, HashSet<string> seen)
    {
        var name = section.Text("system_name");
        fitting.Once(seen, name, section.At + "/system_name");
        var stored = name is null ? null : plans.GetValueOrDefault(name);
        var input = fitting.Fit(
            section.Without(Limits),
            PlansJson.Default.PlanInput,
            stored is null ? null : JsonSerializer.SerializeToNode(stored.Value, PlansJson.Default.Plan),
            (plan, errors) => plan.Check(errors, stored?.Value.SystemName));
        var limits = ReadLimits(section, stored is null ? [] : present.Limits[name!]);
        return input is null ? null : new(new(section.At, input.ToPlan(name!), stored), limits);
    }

    private List<Wanted<PlanLimit>>? ReadLimits(Section plan, IEnumerable<Stored<PlanLimit>> present)
    {
        if (plan.List(Limits, fitting.Errors) is not { } sections)
        {
            return null;
        }

        var seen = new HashSet<string>();
        var byId = present.ToDictionary(limit => limit.Value.Id);
        var limits = sections.Select(section => ReadLimit(section, byId, seen)).OfType<Wanted<PlanLimit>>().ToList();
        var kept = fitting.Prune ? 0 : byId.Keys.Count(id => !seen.Contains(id));
        if (limits.Count + kept > LimitsTable.MostInPlan)
        {
            fitting.Errors.Add($"{plan.At}/{Limits}", "too_many_limits", $"A plan may have {LimitsTable.MostInPlan} limits.");
        }

        return limits;
    }

    private Wanted<PlanLimit>? ReadLimit(Section section, Dictionary<string, Stored<PlanLimit>> present, HashSet<string> seen)
    {
        var input = fitting.Fit(section, PlansJson.Default.LimitInput, null, (limit, errors) => limit.Check(errors));
        fitting.CheckMetric(section, metrics);
        if (input is null)
        {
            return null;
        }

        var limit = input.ToLimit();
        fitting.Once(seen, limit.Id, section.At + "/period");
        return new(section.At, limit, present.GetValueOrDefault(limit.Id));
    }
}
