using Serverless.Functions.Backends;
using Serverless.Functions.MappingRules;
using Serverless.Functions.MessageRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Plans;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Declarative;

/// <summary>A resource as a document wants it.</summary>
/// <param name="At">Where the document says so.</param>
/// <param name="Value">What it shall be.</param>
/// <param name="Present">What it is; null when it shall be made.</param>
internal sealed record Wanted<T>(string At, T Value, Stored<T>? Present)
    where T : class;

/// <summary>A product as a document wants it. A list that is null is not mentioned.</summary>
internal sealed record WantedProduct(
    Wanted<Product> Product,
    IReadOnlyList<WantedUse>? Uses,
    IReadOnlyList<Wanted<Metric>>? Metrics,
    IReadOnlyList<Wanted<Rule>>? Rules,
    IReadOnlyList<Wanted<MessageRuleDraft>>? MessageRules,
    PolicyChain? Chain,
    IReadOnlyList<WantedPlan>? Plans)
{
    /// <summary>The shared policies that the document describes.</summary>
    public IReadOnlyList<Wanted<SharedPolicy>> SharedPolicies { get; init; } = [];
}

/// <summary>A backend in a product.</summary>
/// <param name="Use">Where it is mounted.</param>
/// <param name="Backend">What the document says about the backend itself; null when it only names it.</param>
internal sealed record WantedUse(Wanted<UsedBackend> Use, WantedBackend? Backend);

/// <summary>A backend with what belongs to it.</summary>
/// <param name="Backend">What it shall be.</param>
/// <param name="Present">What it is.</param>
/// <param name="Metrics">Its metrics; null when they are not mentioned.</param>
/// <param name="Rules">Its mapping rules; null when they are not mentioned.</param>
internal sealed record WantedBackend(
    Wanted<Backend> Backend,
    PresentBackend Present,
    IReadOnlyList<Wanted<Metric>>? Metrics,
    IReadOnlyList<Wanted<Rule>>? Rules);

/// <summary>A plan with what belongs to it.</summary>
/// <param name="Plan">What it shall be.</param>
/// <param name="Default">Whether applications shall come to it that name none; null when that is not mentioned.</param>
/// <param name="Limits">Its limits; null when they are not mentioned.</param>
/// <param name="Prices">Its pricing rules; null when they are not mentioned.</param>
internal sealed record WantedPlan(
    Wanted<Plan> Plan,
    bool? Default,
    IReadOnlyList<Wanted<PlanLimit>>? Limits,
    IReadOnlyList<Wanted<PricingRule>>? Prices);
