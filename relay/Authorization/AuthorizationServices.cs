using Microsoft.Extensions.Options;

namespace Serverless.Relay.Authorization;

/// <summary>Registers the judging of keys.</summary>
internal static class AuthorizationServices
{
    /// <summary>Adds the cache and the judge.</summary>
    public static IServiceCollection AddKeyAuthorization(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthorizationOptions>, AuthorizationOptionsValidator>();
        services.AddOptions<AuthorizationOptions>().BindConfiguration(AuthorizationOptions.Section).ValidateOnStart();
        return services.AddSingleton<AnswerCache>().AddSingleton<KeyJudge>();
    }
}
