using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Plans;

/// <summary>REST surface of a plan's pricing rules.</summary>
internal sealed class PricingRulesApi(ProductsTable products, PlansTable plans, PricingRulesTable rules, PlanNews news)
{
    [Function("products-plans-pricing-rules-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/plans/{plan}/pricing-rules")] HttpRequest request,
        string product,
        string plan,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(request, PlansJson.Default.PricingRuleInput, (input, errors) => input.Check(errors), cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        if (owner is null)
        {
            return missing!;
        }

        var created = input.ToRule();
        var priced = await rules.AddAsync(owner, plan, created, cancel);

        // There already: it may be of one who broke off before he told.
        if (priced.Outcome is Pricing.Done or Pricing.Exists)
        {
            await news.TellAsync(owner);
        }

        return priced.Outcome == Pricing.Done
            ? Answer.Created(
                $"/api/products/{product}/plans/{plan}/pricing-rules/{created.Id}",
                created,
                PlansJson.Default.PricingRule,
                priced.ETag)
            : Refuse(priced, plan, created);
    }

    [Function("products-plans-pricing-rules-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/plans/{plan}/pricing-rules")] HttpRequest request,
        string product,
        string plan,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem))
        {
            return problem;
        }

        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        return owner is null
            ? missing!
            : Answer.Ok(await rules.ListAsync(owner, plan, paging, cancel), PlansJson.Default.ListingPricingRule);
    }

    [Function("products-plans-pricing-rules-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/products/{product}/plans/{plan}/pricing-rules/{id}")] HttpRequest request,
        string product,
        string plan,
        string id,
        CancellationToken cancel)
    {
        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        if (owner is null)
        {
            return missing!;
        }

        return await rules.FindAsync(owner, plan, id, cancel) is { } stored
            ? Answer.Ok(stored.Value, PlansJson.Default.PricingRule, stored.ETag)
            : Problem.NotFound("pricing rule", id);
    }

    [Function("products-plans-pricing-rules-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/products/{product}/plans/{plan}/pricing-rules/{id}")] HttpRequest request,
        string product,
        string plan,
        string id,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        if (owner is null)
        {
            return missing!;
        }

        if (await rules.FindAsync(owner, plan, id, cancel) is not { } stored)
        {
            return Problem.NotFound("pricing rule", id);
        }

        var body = await Body.ReadAsync(
            request,
            PlansJson.Default.PricingRuleInput,
            (input, errors) => input.Check(errors, stored.Value),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var replaced = input.ToRule(stored.Value);
        var priced = await rules.ReplaceAsync(owner, plan, replaced, ifMatch, cancel);
        if (priced.Outcome == Pricing.Done)
        {
            await news.TellAsync(owner);
        }

        return priced.Outcome == Pricing.Done
            ? Answer.Ok(replaced, PlansJson.Default.PricingRule, priced.ETag)
            : Refuse(priced, plan, replaced);
    }

    [Function("products-plans-pricing-rules-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/products/{product}/plans/{plan}/pricing-rules/{id}")] HttpRequest request,
        string product,
        string plan,
        string id,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        var (owner, missing) = await plans.FindOwnerAsync(products, product, plan, cancel);
        if (owner is null)
        {
            return missing!;
        }

        var deleted = await rules.DeleteAsync(owner, plan, id, ifMatch, cancel);

        // Gone already: likewise.
        if (deleted is Write.Done or Write.Missing)
        {
            await news.TellAsync(owner);
        }

        return deleted switch
        {
            Write.Done => Answer.Deleted,
            Write.Stale => Problem.Stale(),
            _ => Problem.NotFound("pricing rule", id),
        };
    }

    private static Problem Refuse(Priced priced, string plan, PricingRule rule) => priced.Outcome switch
    {
        Pricing.NoMetric => Problem.Invalid(
            [new("/metric", "unknown_metric", $"The product has no metric '{rule.Metric}'.")]),
        Pricing.NoPlan => Problem.NotFound("plan", plan),
        Pricing.Overlapping => Problem.Of(
            409,
            "overlapping",
            "Ranges overlap.",
            $"Pricing rule '{priced.Other!.Id}' has a price for units {priced.Other.Min} to {priced.Other.Max?.ToString(CultureInfo.InvariantCulture) ?? "the last"}."),
        Pricing.TooMany => Problem.Of(
            409,
            "too_many_pricing_rules",
            "Too many pricing rules.",
            $"A plan may have {PlanTerms.Most} limits and pricing rules together, and this one has."),
        Pricing.Stale => Problem.Stale(),
        Pricing.Missing => Problem.NotFound("pricing rule", rule.Id),
        _ => Problem.AlreadyExists("pricing rule", rule.Id),
    };
}
