using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Housekeeping;

/// <summary>Registers the chores.</summary>
internal static class HousekeepingServices
{
    public static IServiceCollection AddHousekeeping(this IServiceCollection services) => services
        .AddSingleton<Chores>()
        .AddSingleton<UsageChore>()
        .AddSingleton<KeysChore>()
        .AddSingleton<TokensChore>()
        .AddSingleton<TicketsChore>()
        .AddSingleton<EventsChore>()
        .AddSingleton<AuditChore>()
        .AddSingleton<LivingProducts>()
        .AddSingleton<ProductsChore>()
        .AddSingleton<VersionsChore>()
        .AddSingleton<BackendsChore>()
        .AddSingleton<AccountsChore>()
        .AddSingleton<NotesChore>();
}
