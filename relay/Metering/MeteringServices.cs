using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Metering;

/// <summary>Registers metering.</summary>
internal static class MeteringServices
{
    public static IServiceCollection AddMetering(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<MeteringOptions>, MeteringOptionsValidator>();
        services.AddOptions<MeteringOptions>().BindConfiguration("Relay:Metering").ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<RelayIdentity>()
            .AddSingleton<Meters>()
            .AddSingleton<UsageReporter>()
            .AddHostedService(provider => provider.GetRequiredService<UsageReporter>())
            .AddHostedService<StatusReporter>();
    }
}
