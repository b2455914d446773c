using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Applications;
using Serverless.Functions.Http;
using Serverless.Functions.Plans;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;
using Serverless.Functions.Usage;

namespace Serverless.Functions.Statements;

/// <summary>REST surface of what applications have to pay.</summary>
internal sealed class StatementsApi(
    ApplicationsTable applications,
    ProductsTable products,
    PlansTable plans,
    PricingRulesTable prices,
    UsageTable usage,
    TimeProvider clock)
{
    [Function("applications-statements-get")]
    [CalledBy(Scope.Stats)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/applications/{id}/statements/{month}")] HttpRequest request,
        string id,
        string month,
        CancellationToken cancel)
    {
        if (StatementMonth.Parse(month) is not { } asked || asked.Begin > clock.GetUtcNow())
        {
            return Problem.Of(
                400,
                "invalid_month",
                "The month is not valid.",
                "A statement is of a month that has begun, such as 2030-01, by the calendar in UTC.");
        }

        if (await applications.FindAsync(id, cancel) is not { } application)
        {
            return ApplicationProblems.NotFound(id);
        }

        if (await products.FindAsync(application.Value.Product, cancel) is not { Value: var product }
            || product.Generation != application.ProductGeneration
            || await plans.FindAsync(product, application.Value.Plan, cancel) is not { Value: var plan })
        {
            return Problem.NotFound("plan", application.Value.Plan);
        }

        var rules = await prices.AllAsync(product, plan.SystemName, cancel);
        var used = await UsedAsync(application, rules.Select(rule => rule.Metric).Distinct(), asked, cancel);
        return Answer.Ok(
            Reckoning.Of(application.Value, plan, rules, used, asked),
            StatementsJson.Default.Statement);
    }

    private async Task<Dictionary<string, long>> UsedAsync(
        ApplicationRecord application,
        IEnumerable<string> metrics,
        StatementMonth month,
        CancellationToken cancel)
    {
        var rows = await usage.ReadAsync(
            Key.Of(application.Value.Id, application.Generation),
            metrics.Select(metric => (metric, LimitPeriod.Month)),
            month.Begin,
            cancel);
        return rows.ToDictionary(row => row.Key.Metric, row => row.Value.Used);
    }
}
