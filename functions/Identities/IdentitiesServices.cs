using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Identities;

/// <summary>Registers the identities that relays have in Azure.</summary>
internal static class IdentitiesServices
{
    public static IServiceCollection AddIdentities(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsValidator>();
        services.AddOptions<IdentityOptions>().BindConfiguration("RelayIdentity").ValidateOnStart();
        return services.AddSingleton<IdentityKeys>().AddSingleton<RelayIdentities>();
    }
}
