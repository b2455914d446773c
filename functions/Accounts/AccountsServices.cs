using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Accounts;

/// <summary>Registers accounts.</summary>
internal static class AccountsServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services) => services
        .AddSingleton<AccountsTable>()
        .AddSingleton<AccountSettling>()
        .AddSingleton<AccountsApi>()
        .AddSingleton<AccountStatesApi>();
}
