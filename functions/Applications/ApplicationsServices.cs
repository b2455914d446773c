using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Functions.Accounts;
using Serverless.Functions.Plans;

namespace Serverless.Functions.Applications;

/// <summary>Registers applications and their keys.</summary>
internal static class ApplicationsServices
{
    public static IServiceCollection AddApplications(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<KeysOptions>, KeysOptionsValidator>();
        services.AddOptions<KeysOptions>().BindConfiguration("Keys").ValidateOnStart();
        return services
            .AddSingleton<KeyHasher>()
            .AddSingleton<KeysTable>()
            .AddSingleton<ApplicationsTable>()
            .AddSingleton<KeyAlignment>()
            .AddSingleton<ApplicationNews>()
            .AddSingleton<ApplicationTurns>()
            .AddSingleton<ApplicationKeys>()
            .AddSingleton<ApplicationLife>()
            .AddSingleton<ApplicationPlans>()
            .AddSingleton<ReferrerFilters>()
            .AddSingleton<ApplicationCreation>()
            .AddSingleton<ApplicationList>()
            .AddSingleton<StillOwned>(provider => async (note, cancel) => ApplicationList.IsOwned(
                note,
                await provider.GetRequiredService<ApplicationsTable>().FindAsync(note.Name, cancel)))
            .AddSingleton<StillOnPlan>(provider => async (note, cancel) => ApplicationList.IsOnPlan(
                note,
                await provider.GetRequiredService<ApplicationsTable>().FindAsync(note.Name, cancel)))
            .AddSingleton<FollowAccount>(provider => (note, cancel) =>
                provider.GetRequiredService<ApplicationTurns>().FollowAccountAsync(note.Name, cancel))
            .AddSingleton<AccountApplicationsApi>()
            .AddSingleton<ProductApplicationsApi>()
            .AddSingleton<ApplicationsApi>()
            .AddSingleton<ApplicationPlansApi>()
            .AddSingleton<ApplicationSearchApi>()
            .AddSingleton<ApplicationKeysApi>()
            .AddSingleton<ReferrerFiltersApi>();
    }
}
