using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Policies;

/// <summary>Registers policy chains and the catalogue.</summary>
internal static class PoliciesServices
{
    public static IServiceCollection AddPolicies(this IServiceCollection services) => services
        .AddSingleton<PoliciesTable>()
        .AddSingleton<SharedPoliciesTable>()
        .AddSingleton<ChainReplacement>()
        .AddSingleton<ChainCheck>()
        .AddSingleton<PoliciesApi>()
        .AddSingleton<CatalogueApi>()
        .AddSingleton<SharedPoliciesApi>();
}
