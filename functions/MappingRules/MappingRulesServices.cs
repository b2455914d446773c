using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.MappingRules;

/// <summary>Registers mapping rules.</summary>
internal static class MappingRulesServices
{
    public static IServiceCollection AddMappingRules(this IServiceCollection services) => services
        .AddSingleton<RulesTable>()
        .AddSingleton<RulesApi>();
}
