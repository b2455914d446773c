using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Policies;

/// <summary>Registers policy chains.</summary>
internal static class PoliciesServices
{
    public static IServiceCollection AddPolicies(this IServiceCollection services) => services
        .AddSingleton<PoliciesTable>()
        .AddSingleton<PoliciesApi>();
}
