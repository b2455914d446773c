using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Sessions;

/// <summary>Registers the sessions.</summary>
internal static class SessionsServices
{
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<SessionsOptions>, SessionsOptionsValidator>();
        services.AddOptions<SessionsOptions>().BindConfiguration("Relay:Sessions").ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<OpenSessions>()
            .AddSingleton<ConnectionSlots>()
            .AddSingleton<ShutdownDrain>()
            .AddSingleton<OperatorDrains>()
            .AddSingleton<OperatorEndpoints>()
            .AddHostedService<SessionPulse>();
    }
}
