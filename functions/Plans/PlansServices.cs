using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Plans;

/// <summary>Registers plans, limits and prices.</summary>
internal static class PlansServices
{
    public static IServiceCollection AddPlans(this IServiceCollection services) => services
        .AddSingleton<PlanNews>()
        .AddSingleton<PlansTable>()
        .AddSingleton<DefaultPlan>()
        .AddSingleton<LimitsTable>()
        .AddSingleton<PricingRulesTable>()
        .AddSingleton<CustomPlans>()
        .AddSingleton<PlanCatalogue>()
        .AddSingleton<PlansApi>()
        .AddSingleton<DefaultPlanApi>()
        .AddSingleton<LimitsApi>()
        .AddSingleton<PricingRulesApi>();
}
