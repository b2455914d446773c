using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Serverless.Relay.Observability;
using Serverless.Relay.Overload;
using Serverless.Relay.Sessions;
using Serverless.Relay.Sockets;

namespace Serverless.Relay.Handshake;

/// <summary>Registers the road from a request to an open tunnel, and the ports it begins at.</summary>
internal static class HandshakeServices
{
    /// <summary>Adds the gateway.</summary>
    public static IServiceCollection AddHandshake(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<ListeningOptions>, ListeningOptionsValidator>();
        services.AddOptions<ListeningOptions>().BindConfiguration(ListeningOptions.Section).ValidateOnStart();
        services.AddOverload().AddSingleton<Listeners>();
        services.AddSingleton<IConnectionListenerFactory, LoopTransport>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(provider => provider.GetRequiredService<Listeners>());

        // What is read of a client and not yet taken by its backend: twice what a tunnel moves at once, an eighth of the default.
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = 128 * 1024);

        // Sessions get their time to close, then requests that are still being answered get theirs.
        services.AddOptions<HostOptions>().Configure<IOptions<SessionsOptions>>(
            (host, sessions) => host.ShutdownTimeout = sessions.Value.DrainTimeout + TimeSpan.FromSeconds(5));
        return services
            .AddSingleton<TrustedHops>()
            .AddSingleton<Entrance>()
            .AddSingleton<UpgradeRelay>()
            .AddSingleton<TunnelKeeper>()
            .AddSingleton<RefusalCloser>()
            .AddSingleton<RefusalWriter>()
            .AddSingleton<Gateway>()
            .AddHostedService<StartAndStop>();
    }

    /// <summary>Sends what comes in on the management port to its answers, and all else to the gateway.</summary>
    public static WebApplication UseGateway(this WebApplication relay)
    {
        // All settings at once: what is built next would stop at the first bad one that it needs.
        relay.Services.GetRequiredService<IStartupValidator>().Validate();
        var management = relay.Services.GetRequiredService<ManagementEndpoints>();
        var operators = relay.Services.GetRequiredService<OperatorEndpoints>();
        relay.MapWhen(ManagementConnection.Carries, port =>
        {
            port.Map("/sessions", sessions => sessions.Run(operators.AnswerSessionsAsync));
            port.Map("/drain", drain => drain.Run(operators.AnswerDrainAsync));
            port.Map("/messages", messages => messages.Run(operators.AnswerMessagesAsync));
            port.Run(management.AnswerAsync);
        });
        relay.Run(relay.Services.GetRequiredService<Gateway>().AnswerAsync);
        return relay;
    }
}
