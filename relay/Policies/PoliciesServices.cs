namespace Serverless.Relay.Policies;

/// <summary>Registers the policies; a new one is one line here.</summary>
internal static class PoliciesServices
{
    /// <summary>Adds every policy of the catalogue.</summary>
    public static IServiceCollection AddPolicies(this IServiceCollection services) =>
        services
            .AddSingleton<IPolicyFactory, WebSocketPolicy.Factory>()
            .AddSingleton<IPolicyFactory, ApicastPolicy.Factory>()
            .AddSingleton<IPolicyFactory, OriginPolicy.Factory>()
            .AddSingleton<IPolicyFactory, IpCheckPolicy.Factory>()
            .AddSingleton<IPolicyFactory, MaintenanceModePolicy.Factory>()
            .AddSingleton<IPolicyFactory, HeadersPolicy.Factory>()
            .AddSingleton<IPolicyFactory, DefaultCredentialsPolicy.Factory>()
            .AddSingleton<IPolicyFactory, UpstreamConnectionPolicy.Factory>()
            .AddSingleton<IPolicyFactory, WebSocketConnectionsPolicy.Factory>()
            .AddSingleton<IPolicyFactory, WebSocketKeepalivePolicy.Factory>()
            .AddSingleton<IPolicyFactory, WebSocketLifetimePolicy.Factory>()
            .AddSingleton<IPolicyFactory, WebSocketMessageSizePolicy.Factory>()
            .AddSingleton<IPolicyFactory, WebSocketRatePolicy.Factory>()
            .AddSingleton<IPolicyFactory, WebSocketSlowPeerPolicy.Factory>()
            .AddSingleton<PolicyCatalogue>();
}
