using Microsoft.Extensions.Options;

namespace Serverless.Relay.Authorization;

/// <summary>Registers the judging of keys.</summary>
internal static class AuthorizationServices
{
    /// <summary>Adds the cache, the judge, and the issuers of tokens.</summary>
    public static IServiceCollection AddKeyAuthorization(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<AuthorizationOptions>, AuthorizationOptionsValidator>();
        services.AddOptions<AuthorizationOptions>().BindConfiguration(AuthorizationOptions.Section).ValidateOnStart();
        services.AddSingleton<IssuerDocuments>().AddSingleton<TokenIssuers>();
        return services.AddSingleton<AnswerAges>().AddSingleton<AnswerCache>().AddSingleton<KeyJudge>();
    }
}
