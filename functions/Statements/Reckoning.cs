using Serverless.Functions.Applications;
using Serverless.Functions.Plans;

namespace Serverless.Functions.Statements;

/// <summary>
/// Works out statements; pure. A day is paid when the application is there and its trial is over, from the first such
/// day to the end of the month, which has not to be over: the fixed cost is due for all of it. Usage costs from the first
/// unit, also in the trial, each unit of the month by the rule in whose range it falls.
/// </summary>
internal static class Reckoning
{
    public static Statement Of(
        Application application,
        Plan plan,
        IEnumerable<PricingRule> prices,
        IReadOnlyDictionary<string, long> used,
        StatementMonth month)
    {
        StatementLine[] lines =
        [
            .. FixedLines(application, plan, month),
            .. prices.OrderBy(price => price.Metric, StringComparer.Ordinal)
                .ThenBy(price => price.Min)
                .Select(price => UsageLine(price, used.GetValueOrDefault(price.Metric)))
                .Where(line => line.Units > 0),
        ];
        return new()
        {
            Application = application.Id,
            Month = month.ToString(),
            Plan = plan.SystemName,
            Lines = lines,
            Total = Money.Round(lines.Sum(line => line.Cost)),
        };
    }

    private static IEnumerable<StatementLine> FixedLines(Application application, Plan plan, StatementMonth month)
    {
        var firstPaid = application.CreatedAt.UtcDateTime.Date.AddDays(plan.TrialPeriodDays);
        if (plan.SetupFee > 0 && firstPaid >= month.First && firstPaid < month.End)
        {
            yield return new() { Kind = LineKind.Setup, Units = 1, Cost = plan.SetupFee };
        }

        var days = (month.End - (firstPaid > month.First ? firstPaid : month.First)).Days;
        if (plan.CostPerMonth > 0 && days > 0)
        {
            yield return new()
            {
                Kind = LineKind.Fixed,
                Units = days,
                Cost = Money.Round(plan.CostPerMonth * days / month.Days),
            };
        }
    }

    private static StatementLine UsageLine(PricingRule price, long used)
    {
        var last = price.Max is { } max && max < used ? max : used;
        var units = last < price.Min ? 0 : last - price.Min + 1;
        return new()
        {
            Kind = LineKind.Usage,
            Metric = price.Metric,
            From = price.Min,
            To = price.Max,
            Units = units,
            CostPerUnit = price.CostPerUnit,
            Cost = Money.Round(units * price.CostPerUnit),
        };
    }
}
