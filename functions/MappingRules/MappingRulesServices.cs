using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.MappingRules;

/// <summary>Registers the mapping rules of products and backends.</summary>
internal static class MappingRulesServices
{
    public static IServiceCollection AddMappingRules(this IServiceCollection services) => services
        .AddSingleton<RuleRequests>()
        .AddSingleton<RulesApi>()
        .AddSingleton<BackendRulesApi>();
}
