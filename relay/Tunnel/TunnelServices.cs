using Microsoft.Extensions.Options;

namespace Serverless.Relay.Tunnel;

/// <summary>Registers what tunnels need.</summary>
internal static class TunnelServices
{
    public static IServiceCollection AddTunnel(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<TunnelOptions>, TunnelOptionsValidator>();
        services.AddOptions<TunnelOptions>().BindConfiguration("Relay:Tunnel").ValidateOnStart();
        return services;
    }
}
