using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Products;

namespace Serverless.Functions.Policies;

/// <summary>Registers policy chains and the catalogue.</summary>
internal static class PoliciesServices
{
    public static IServiceCollection AddPolicies(this IServiceCollection services) => services
        .AddSingleton<PoliciesTable>()
        .AddSingleton<SharedPoliciesTable>()
        .AddSingleton<ForgetProduct>(provider => (product, cancel) =>
            provider.GetRequiredService<SharedPoliciesTable>().ForgetAsync(product, cancel))
        .AddSingleton<ChainReplacement>()
        .AddSingleton<ChainCheck>()
        .AddSingleton<PoliciesApi>()
        .AddSingleton<CatalogueApi>()
        .AddSingleton<SharedPoliciesApi>();
}
