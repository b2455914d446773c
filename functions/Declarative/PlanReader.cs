using System.Text.Json;
using Serverless.Functions.Plans;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>Reads plans, each with its limits and pricing rules.</summary>
internal sealed class PlanReader(Fitting fitting, PresentProduct present, IReadOnlySet<string> metrics)
{
    private const string Default = "default";

    private readonly HashSet<string> _customPlans = [.. present.CustomPlans];

    public IReadOnlyList<WantedPlan>? Read(Section product)
    {
        if (product.List("plans", fitting.Errors) is not { } sections)
        {
            return null;
        }

        var seen = new HashSet<string>();
        var byName = present.Plans.ToDictionary(plan => plan.Value.SystemName);
        var plans = sections.Select(section => Read(section, byName, seen)).OfType<WantedPlan>().ToList();
        foreach (var second in plans.Where(plan => plan.Default == true).Skip(1))
        {
            fitting.Errors.Add($"{second.Plan.At}/{Default}", "duplicate", "One plan of a product may be its default.");
        }

        return plans;
    }

    private WantedPlan? Read(Section section, Dictionary<string, Stored<Plan>> plans, HashSet<string> seen)
    {
        var name = section.Text("system_name");
        fitting.Once(seen, name, section.At + "/system_name");
        if (name is not null && _customPlans.Contains(name))
        {
            fitting.Errors.Add(
                section.At + "/system_name",
                "custom_plan",
                "The plan is one application's own: no document changes it.");
        }

        var stored = name is null ? null : plans.GetValueOrDefault(name);
        var input = fitting.Fit(
            section.Without(Default, TermReader.Limits, TermReader.Prices),
            PlansJson.Default.PlanInput,
            stored is null ? null : JsonSerializer.SerializeToNode(stored.Value, PlansJson.Default.Plan),
            (plan, errors) => plan.Check(errors, stored?.Value));
        var isDefault = ReadDefault(section);
        var (limits, prices) = new TermReader(fitting, metrics).Read(
            section,
            stored is null ? [] : present.Limits[name!],
            stored is null ? [] : present.Prices[name!]);
        return input is null ? null : new(new(section.At, input.ToPlan(stored?.Value), stored), isDefault, limits, prices);
    }

    private bool? ReadDefault(Section plan)
    {
        switch (plan.Member(Default)?.Element.ValueKind)
        {
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False or JsonValueKind.Null:
                return false;
            case null:
                return fitting.Prune ? false : null;
            default:
                fitting.Errors.Add($"{plan.At}/{Default}", "wrong_type", "It needs to be true or false.");
                return null;
        }
    }
}
