using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Configuration;
using Serverless.Relay.Management;
using Serverless.Relay.Revocation;

namespace Serverless.Relay.Events;

/// <summary>Registers the hearing of events.</summary>
internal static class EventsServices
{
    /// <summary>Adds the two ways in which events come, the one order of both, and what follows from them.</summary>
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<EventsOptions>, EventsOptionsValidator>();
        services.AddOptions<EventsOptions>().BindConfiguration(EventsOptions.Section).ValidateOnStart();
        services.AddSingleton(provider =>
        {
            var consequences = provider.GetRequiredService<Consequences>();
            var heeded = provider.GetRequiredService<HeededEvents>();
            return ActivatorUtilities.CreateInstance<EventOrder>(provider, new Action<GatewayEvent>(Heed), new Action<long>(HeedAnew));

            // Known before anything is overtaken: a question that is asked because of that says so.
            void Heed(GatewayEvent happened)
            {
                heeded.Last = happened.Sequence;
                consequences.Heed(happened);
            }

            void HeedAnew(long latest)
            {
                heeded.Last = latest;
                consequences.HeedAnew();
            }
        });
        return services
            .AddRevocation()
            .AddSingleton(_ => new HubNegotiation(Connect()))
            .AddSingleton<EventPoller>()
            .AddHostedService(Begin)
            .AddHostedService<EventSubscriber>();
    }

    private static EventPoller Begin(IServiceProvider provider)
    {
        var poller = provider.GetRequiredService<EventPoller>();
        provider.GetRequiredService<ConfigurationPoller>().Beforehand = poller.BeginAsync;
        return poller;
    }

    // The subscriber bounds how long all of it may take.
    private static HttpClient Connect() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
