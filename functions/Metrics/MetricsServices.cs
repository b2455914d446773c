using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Metrics;

/// <summary>Registers the metrics of products. (AddMetrics is the framework's own.)</summary>
internal static class MetricsServices
{
    public static IServiceCollection AddProductMetrics(this IServiceCollection services) => services
        .AddSingleton<MetricsTable>()
        .AddSingleton<MetricsApi>();
}
