using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Health;

/// <summary>Registers the health endpoint.</summary>
internal static class HealthServices
{
    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<HealthApi>();
}
