using Microsoft.Extensions.Options;
using Serverless.Relay.Observability;

namespace Serverless.Relay.SignalR;

/// <summary>Registers the emulation of Azure SignalR Service, beside the gateway or alone.</summary>
internal static class SignalRServices
{
    private const string OnlySwitch = "--signalr-only";

    /// <summary>Adds the emulation, off unless it has a port.</summary>
    public static IServiceCollection AddSignalREmulation(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<SignalROptions>, SignalROptionsValidator>();
        services.AddOptions<SignalROptions>().BindConfiguration(SignalROptions.Section).ValidateOnStart();

        // It calls a peer that breaks the WebSocket protocol an error of the server's; what is the server's own, ClientHandler logs.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Http.Connections.Internal.HttpConnectionManager", LogLevel.None));
        return services.AddSingleton<Emulation>().AddHostedService(provider => provider.GetRequiredService<Emulation>());
    }

    /// <summary>A process with the emulation and nothing else, when the arguments ask for that: else null.</summary>
    public static IHost? BuildAlone(string[] args)
    {
        if (!args.Contains(OnlySwitch, StringComparer.Ordinal))
        {
            return null;
        }

        var builder = Host.CreateApplicationBuilder([.. args.Where(argument => argument != OnlySwitch)]);
        builder.Services.AddObservability().AddSignalREmulation();
        builder.Services.PostConfigure<SignalROptions>(options => options.Port ??= SignalROptions.UsualPort);
        return builder.Build();
    }

    /// <summary>Adds what the emulation's own server is made of.</summary>
    public static IServiceCollection AddEmulation(this IServiceCollection services)
    {
        services.AddRoutingCore().AddConnections();
        services.AddCors(cors => cors.AddDefaultPolicy(
            policy => policy.SetIsOriginAllowed(_ => true).AllowAnyHeader().AllowAnyMethod().AllowCredentials()));
        services.AddSingleton(provider => ConnectionString.TryParse(provider.GetRequiredService<IOptions<SignalROptions>>().Value.ConnectionString, out _)!);
        services.AddSingleton<TokenSigner>().AddSingleton<Audience>().AddSingleton<Quota>().AddSingleton<Hubs>();
        services.AddSingleton<Upstreams>().AddSingleton<Obituaries>().AddSingleton<Departures>().AddSingleton<ClientDoor>().AddSingleton<RestPlane>();
        return services.AddHostedService<Heartbeat>();
    }
}
