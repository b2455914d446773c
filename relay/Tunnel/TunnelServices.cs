using Microsoft.Extensions.Options;
using Serverless.Relay.Sockets;

namespace Serverless.Relay.Tunnel;

/// <summary>Registers what tunnels need.</summary>
internal static class TunnelServices
{
    public static IServiceCollection AddTunnel(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<TunnelOptions>, TunnelOptionsValidator>();
        services.AddOptions<TunnelOptions>().BindConfiguration("Relay:Tunnel").ValidateOnStart();
        return services.AddSingleton(provider => new EventLoops(() =>
        {
            var options = provider.GetRequiredService<IOptions<TunnelOptions>>().Value;
            return options.Engine == TunnelEngine.Auto && OperatingSystem.IsLinux() ? options.Loops : 0;
        }));
    }
}
