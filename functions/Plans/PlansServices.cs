using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Plans;

/// <summary>Registers plans and limits.</summary>
internal static class PlansServices
{
    public static IServiceCollection AddPlans(this IServiceCollection services) => services
        .AddSingleton<PlansTable>()
        .AddSingleton<DefaultPlan>()
        .AddSingleton<LimitsTable>()
        .AddSingleton<PlanCatalogue>()
        .AddSingleton<PlansApi>()
        .AddSingleton<DefaultPlanApi>()
        .AddSingleton<LimitsApi>();
}
