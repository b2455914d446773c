using Microsoft.Extensions.Options;

namespace Serverless.Relay.Configuration;

/// <summary>Registers what keeps the configuration live.</summary>
internal static class ConfigurationServices
{
    /// <summary>Adds the live configuration and its poller.</summary>
    public static IServiceCollection AddConfiguration(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<ConfigurationOptions>, ConfigurationOptionsValidator>();
        services.AddOptions<ConfigurationOptions>().BindConfiguration(ConfigurationOptions.Section).ValidateOnStart();
        return services
            .AddSingleton<LiveConfiguration>()
            .AddSingleton<SnapshotCompiler>()
            .AddSingleton<ConfigurationLoader>()
            .AddSingleton<ConfigurationPoller>()
            .AddHostedService(provider => provider.GetRequiredService<ConfigurationPoller>());
    }
}
