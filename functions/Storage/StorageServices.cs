using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Storage;

/// <summary>Registers Table storage.</summary>
internal static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddOptions<StorageOptions>().BindConfiguration("Storage").ValidateOnStart();
        services.TryAddSingleton(provider => Connect(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        return services.AddSingleton<TableAccount>();
    }

    /// <summary>How storage is talked to.</summary>
    public static TableClientOptions ClientOptions()
    {
        var client = new TableClientOptions();

        // A caller waits for every answer: four tries, over in seconds, then it is told that storage is away.
        client.Retry.MaxRetries = 3;
        client.Retry.Mode = RetryMode.Exponential;
        client.Retry.Delay = TimeSpan.FromMilliseconds(100);
        client.Retry.MaxDelay = TimeSpan.FromSeconds(1);
        client.Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
        client.AddPolicy(Repetition.Watch, HttpPipelinePosition.PerRetry);
        return client;
    }

    private static TableServiceClient Connect(StorageOptions options) => options.TableEndpoint is { Length: > 0 } endpoint
        ? new TableServiceClient(new Uri(endpoint), new DefaultAzureCredential(), ClientOptions())
        : new TableServiceClient(options.ConnectionString, ClientOptions());
}
