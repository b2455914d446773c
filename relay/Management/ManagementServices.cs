using Microsoft.Extensions.Options;

namespace Serverless.Relay.Management;

/// <summary>Registers the client of the functions.</summary>
internal static class ManagementServices
{
    /// <summary>Adds the client and its settings.</summary>
    public static IServiceCollection AddManagement(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<ManagementOptions>, ManagementOptionsValidator>();
        services.AddOptions<ManagementOptions>().BindConfiguration(ManagementOptions.Section).ValidateOnStart();
        services.AddSingleton<IdentityToken>();
        services.AddSingleton<BearerToken>();
        services.AddSingleton<HeededEvents>();
        services.AddSingleton<ManagementClient>();
        return services.AddSingleton(provider => new ManagementTransport(
            Connect(provider.GetRequiredService<IOptions<ManagementOptions>>().Value),
            provider.GetRequiredService<BearerToken>(),
            provider.GetRequiredService<IOptions<ManagementOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    private static HttpClient Connect(ManagementOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            // The token goes to the address that was configured and nowhere else.
            AllowAutoRedirect = false,
            UseCookies = false,
            // New connections now and then, so that a changed DNS entry is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = options.Timeout,
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(options.Api!.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }
}
