using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Serverless.Relay.Observability;

/// <summary>Registers what operators look at.</summary>
internal static class ObservabilityServices
{
    /// <summary>Adds the rules of logging, readiness, metrics and the management port's answers.</summary>
    public static IServiceCollection AddObservability(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddLogging(logging => logging.AddRelayRules())
            .AddMetrics()
            .AddSingleton<Readiness>()
            .AddSingleton<RelayMetrics>()
            .AddSingleton<RefusalCounts>()
            .AddSingleton<PrometheusExposition>()
            .AddSingleton<ManagementEndpoints>();
    }
}
