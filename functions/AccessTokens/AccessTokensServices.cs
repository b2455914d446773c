using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Serverless.Functions.Events;
using Serverless.Functions.Http;
using Serverless.Functions.Identities;

namespace Serverless.Functions.AccessTokens;

/// <summary>Registers access tokens, identities of relays, and the check that both are for.</summary>
internal static class AccessTokensServices
{
    public static IServiceCollection AddAccessTokens(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<AccessTokenOptions>, AccessTokenOptionsValidator>();
        services.AddOptions<AccessTokenOptions>()
            .Configure<IConfiguration>((options, settings) => options.AdminToken = settings["AdminToken"] ?? "")
            .ValidateOnStart();
        return services
            .AddIdentities()
            .AddSingleton<AccessTokensTable>()
            .AddSingleton<KnownTokens>()
            .AddSingleton<LastUse>()
            .AddSingleton<CallerCheck>()
            .AddSingleton<StillAllowed>(provider => async (request, scope, cancel) =>
                await provider.GetRequiredService<CallerCheck>().RefuseAsync(request, new CalledByAttribute(scope), cancel) is null)
            .AddSingleton<AccessTokensApi>();
    }
}
