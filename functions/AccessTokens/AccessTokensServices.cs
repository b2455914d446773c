using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.AccessTokens;

/// <summary>Registers access tokens and the check that they are for.</summary>
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
            .AddSingleton<AccessTokensTable>()
            .AddSingleton<KnownTokens>()
            .AddSingleton<LastUse>()
            .AddSingleton<CallerCheck>()
            .AddSingleton<AccessTokensApi>();
    }
}
