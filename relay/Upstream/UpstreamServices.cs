using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Upstream;

/// <summary>Registers what speaks to backends.</summary>
internal static class UpstreamServices
{
    public static IServiceCollection AddUpstream(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<UpstreamOptions>, UpstreamOptionsValidator>();
        services.AddOptions<UpstreamOptions>().BindConfiguration("Relay:Upstream").ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ClientCertificates>();
        services.AddSingleton<EndpointRotation>();
        services.AddSingleton<UpstreamDialer>();
        services.AddSingleton<ForwardingClients>();
        services.AddSingleton<HttpForwarder>();
        return services;
    }
}
