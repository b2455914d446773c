using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Functions.Applications;
using Serverless.Functions.Plans;
using Serverless.Functions.Storage;
using Serverless.Functions.Usage;

namespace Serverless.Functions.Authorization;

/// <summary>A judgement, and the row of the key that it is about; null when that is not known.</summary>
internal readonly record struct Judged(AuthorizationAnswer Answer, KeyRecord? Key = null);

/// <summary>Judges whether a credential may use a product, and counts what it uses where its plan has limits or prices.</summary>
internal sealed class Authorizer(
    CredentialCheck credentials,
    LivePlans livePlans,
    UsageCounter counter,
    IOptions<AuthorizationOptions> options)
{
    private readonly int _cacheSeconds = options.Value.Seconds;

    /// <summary>The answer for a relay. One about a ticket is good once, as the ticket is.</summary>
    public async Task<AuthorizationAnswer> AnswerAsync(AuthorizeInput question, CancellationToken cancel)
    {
        var answer = (await JudgeAsync(question, cancel)).Answer;
        return question.Ticket is null ? answer : answer with { CacheSeconds = 0 };
    }

    /// <summary>The same, and whose key it was.</summary>
    public async Task<Judged> JudgeAsync(AuthorizeInput question, CancellationToken cancel)
    {
        var plans = await livePlans.FindAsync(question.Product!, cancel);
        if (plans is null)
        {
            return new(Refuse(AuthorizationReasons.ProductNotFound));
        }

        var (key, reason, id) = await credentials.FindAsync(question, cancel);
        if (key is null)
        {
            return new(Refuse(reason!));
        }

        if (!Knows(plans, key))
        {
            // The key may be of a plan, or of a product, that is newer than what was read.
            plans = await livePlans.FindNewerAsync(question.Product!, plans, cancel);
        }

        return plans is null ? new(Refuse(AuthorizationReasons.ProductNotFound))
            : key.ProductGeneration != plans.Generation ? new(Refuse(CredentialCheck.ReasonOfForeign(question)))
            : reason is not null ? new(Refuse(reason))
            : new(await JudgeAsync(key, plans, question) with { Key = id }, key);
    }

    private static bool Knows(ProductPlans plans, KeyRecord key) =>
        plans.Generation == key.ProductGeneration && plans.Plans.ContainsKey(key.Plan);

    private async Task<AuthorizationAnswer> JudgeAsync(KeyRecord key, ProductPlans plans, AuthorizeInput question)
    {
        if (key.State == KeyState.Deleted)
        {
            return Refuse(AuthorizationReasons.UserKeyDeleted, key);
        }

        // As in 3scale, the page that asks is looked at before the state.
        var isReferrerJudged = plans.Product.ReferrerFiltersRequired && key.Referrers.Count > 0;
        var answer = isReferrerJudged && !ReferrerFilters.Allow(key.Referrers, question.Referrer)
            ? Refuse(AuthorizationReasons.ReferrerNotAllowed, key)
            : await JudgeUsageAsync(key, plans, question);

        // Relays reuse an answer for the same credential and metrics, whatever page asks.
        return isReferrerJudged ? answer with { CacheSeconds = 0 } : answer;
    }

    private async Task<AuthorizationAnswer> JudgeUsageAsync(KeyRecord key, ProductPlans plans, AuthorizeInput question)
    {
        // An application on a plan that is gone was left so by a change that broke off: what it may do, nobody can say.
        if (key.State != KeyState.Live || !plans.Plans.TryGetValue(key.Plan, out var plan))
        {
            return Refuse(AuthorizationReasons.ApplicationNotActive, key);
        }

        var usage = plans.Metrics.RollUp(question.Usage ?? new Dictionary<string, long>());
        List<PlanLimit> limits = [.. plan.Terms.Limits.Where(limit => IsUsed(limit.Metric))];
        List<string> priced = [.. plan.Terms.PricedMetrics.Where(IsUsed)];
        if (limits.Exists(limit => limit.Value == 0))
        {
            return Refuse(AuthorizationReasons.MetricDisabled, key);
        }

        return limits.Count == 0 && priced.Count == 0 && plan.Metered.Count == 0
            ? Allow(key, plan, _cacheSeconds)
            : await CountAsync(key, plan, new(limits, priced, usage) { Watched = plan.Metered });

        bool IsUsed(string metric) => usage.TryGetValue(metric, out var amount) && amount > 0;
    }

    private async Task<AuthorizationAnswer> CountAsync(KeyRecord key, LivePlan plan, UsageClaim claim)
    {
        var partition = Key.Of(key.Application, key.ApplicationGeneration);
        if (!claim.Counts)
        {
            await counter.LookAsync(partition, claim, CancellationToken.None);
            return Allow(key, plan, _cacheSeconds, claim);
        }

        await counter.CountAsync(partition, claim);
        return claim.Verdict switch
        {
            UsageVerdict.Exceeded exceeded => Refuse(AuthorizationReasons.LimitsExceeded, key) with
            {
                CacheSeconds = 0,
                RetryAfterSeconds = exceeded.RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null,
            },
            _ => Allow(key, plan, cacheSeconds: 0, claim),
        };
    }

    private static AuthorizationAnswer Allow(KeyRecord key, LivePlan plan, int cacheSeconds, UsageClaim? claim = null) => new()
    {
        Authorized = true,
        Application = key.Application,
        Plan = key.Plan,
        CacheSeconds = cacheSeconds,
        Limits = claim is null ? null : WatchedLimits.Of(claim),
        MaxConnections = plan.MaxConnections,
    };

    private AuthorizationAnswer Refuse(string reason, KeyRecord? key = null) => new()
    {
        Authorized = false,
        Reason = reason,
        Application = key?.Application,
        Plan = key?.Plan,
        CacheSeconds = _cacheSeconds,
    };
}
