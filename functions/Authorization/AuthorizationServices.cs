using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Functions.Events;

namespace Serverless.Functions.Authorization;

/// <summary>Registers the judging of keys. (AddAuthorization is the framework's own.)</summary>
internal static class AuthorizationServices
{
    public static IServiceCollection AddKeyAuthorization(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthorizationOptions>, AuthorizationOptionsValidator>();
        services.AddOptions<AuthorizationOptions>().BindConfiguration("Authorization").ValidateOnStart();
        return services
            .AddSingleton<LivePlans>()
            .AddSingleton<HearEvent>(provider => provider.GetRequiredService<LivePlans>().Hear)
            .AddSingleton<CredentialCheck>()
            .AddSingleton<Authorizer>()
            .AddSingleton<AuthorizationApi>();
    }
}
