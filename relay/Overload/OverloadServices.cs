using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Overload;

/// <summary>Registers what keeps the relay from taking on too much.</summary>
internal static class OverloadServices
{
    public static IServiceCollection AddOverload(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<OverloadOptions>, OverloadOptionsValidator>();
        services.AddOptions<OverloadOptions>().BindConfiguration("Relay:Overload").ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Occupancy>();
        services.AddSingleton<FileDescriptors>();
        services.AddSingleton<OverloadWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<OverloadWatch>());
        return services;
    }
}
