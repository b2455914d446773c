using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Connections;

/// <summary>Registers what operators have relays do with open connections. (AddConnections is the framework's own.)</summary>
internal static class ConnectionsServices
{
    public static IServiceCollection AddOpenConnections(this IServiceCollection services) => services
        .AddSingleton<ConnectionsApi>();
}
