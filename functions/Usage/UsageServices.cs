using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Usage;

/// <summary>Registers the counting of usage.</summary>
internal static class UsageServices
{
    public static IServiceCollection AddUsage(this IServiceCollection services) => services
        .AddSingleton<UsageTable>()
        .AddSingleton<UsageCounter>();
}
