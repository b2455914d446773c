using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Backends;

/// <summary>Registers backends.</summary>
internal static class BackendsServices
{
    public static IServiceCollection AddBackends(this IServiceCollection services) => services
        .AddSingleton<BackendUses>()
        .AddSingleton<BackendParts>()
        .AddSingleton<BackendsTable>()
        .AddSingleton<BackendsApi>();
}
