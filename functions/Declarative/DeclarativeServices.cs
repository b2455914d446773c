using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Declarative;

/// <summary>Registers products as documents.</summary>
internal static class DeclarativeServices
{
    public static IServiceCollection AddDocuments(this IServiceCollection services) => services
        .AddSingleton<Present>()
        .AddSingleton<BackendChanges>()
        .AddSingleton<UseChanges>()
        .AddSingleton<TermChanges>()
        .AddSingleton<PlanChanges>()
        .AddSingleton<SharedPolicyChanges>()
        .AddSingleton<ChainChange>()
        .AddSingleton<ProductChanges>()
        .AddSingleton<Pruning>()
        .AddSingleton<DocumentNews>()
        .AddSingleton<Documents>()
        .AddSingleton<DocumentExport>()
        .AddSingleton<DocumentsApi>()
        .AddSingleton<ThreeScaleImport>()
        .AddSingleton<ImportApi>();
}
