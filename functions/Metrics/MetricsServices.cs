using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Metrics;

/// <summary>Registers the metrics of products and backends. (AddMetrics is the framework's own.)</summary>
internal static class MetricsServices
{
    public static IServiceCollection AddProductMetrics(this IServiceCollection services) => services
        .AddSingleton<ProductMetrics>()
        .AddSingleton<MetricReferences>()
        .AddSingleton<MetricOwners>()
        .AddSingleton<BackendMetricsApi>()
        .AddSingleton<MetricsApi>();
}
