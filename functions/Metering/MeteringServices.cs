using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Metering;

/// <summary>Registers the counting of what relays report.</summary>
internal static class MeteringServices
{
    public static IServiceCollection AddMetering(this IServiceCollection services) => services
        .AddSingleton<ReportCounter>()
        .AddSingleton<MeteringApi>();
}
