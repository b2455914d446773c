using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Functions.Authorization;

namespace Serverless.Functions.Tickets;

/// <summary>Registers tickets.</summary>
internal static class TicketsServices
{
    public static IServiceCollection AddTickets(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<TicketsOptions>, TicketsOptionsValidator>();
        services.AddOptions<TicketsOptions>().BindConfiguration("Tickets").ValidateOnStart();
        return services
            .AddSingleton<TicketsTable>()
            .AddSingleton<TicketRate>()
            .AddSingleton<TicketRedemption>()
            .AddSingleton<RedeemTicket>(provider => provider.GetRequiredService<TicketRedemption>().RedeemAsync)
            .AddSingleton<TicketsApi>();
    }
}
