using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Events;

/// <summary>Registers events.</summary>
internal static class EventsServices
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<SignalROptions>, SignalROptionsValidator>();
        services.AddOptions<SignalROptions>().BindConfiguration("SignalR").ValidateOnStart();
        services.AddSingleton<IValidateOptions<EventsOptions>, EventsOptionsValidator>();
        services.AddOptions<EventsOptions>().BindConfiguration("Events").ValidateOnStart();
        services.TryAddSingleton<SignalRIdentity>(_ => connection =>
            !connection.IsManagedIdentity ? new DefaultAzureCredential()
            : connection.ClientId is { Length: > 0 } client ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client))
            : new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned));
        return services
            .AddSingleton<SignalRService>()
            .AddSingleton<EventsTable>()
            .AddSingleton<RelaysTable>()
            .AddSingleton<RelaysView>()
            .AddSingleton<Hearing>()
            .AddSingleton<EventPublisher>()
            .AddSingleton<EventLog>()
            .AddSingleton<EventStreams>()
            .AddSingleton<Negotiation>()
            .AddSingleton<RelayEventsApi>()
            .AddSingleton<EventsApi>();
    }
}
