using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Declarative;

/// <summary>Registers products as documents.</summary>
internal static class DeclarativeServices
{
    public static IServiceCollection AddDocuments(this IServiceCollection services) => services
        .AddSingleton<Present>()
        .AddSingleton<BackendChanges>()
        .AddSingleton<UseChanges>()
        .AddSingleton<MetricChanges>()
        .AddSingleton<RuleChanges>()
        .AddSingleton<PlanChanges>()
        .AddSingleton<ProductChanges>()
        .AddSingleton<Documents>()
        .AddSingleton<DocumentExport>()
        .AddSingleton<DocumentsApi>();
}
