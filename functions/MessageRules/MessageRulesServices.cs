using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.MessageRules;

/// <summary>Registers message rules.</summary>
internal static class MessageRulesServices
{
    public static IServiceCollection AddMessageRules(this IServiceCollection services) => services
        .AddSingleton<MessageRulesApi>();
}
