using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Tests.Crashes;

/// <summary>
/// Stands between an app and storage, and ends all talk at a given write: for storage that is the same as the end of the
/// process just before it.
/// </summary>
internal sealed class Fuse : HttpPipelinePolicy
{
    private int _left = int.MaxValue;

    /// <summary>Whether it ended the talk.</summary>
    public bool HasBlown { get; private set; }

    /// <summary>Tables that are cut off whatever is left; none unless a test says so.</summary>
    public string? CutOff { get; set; }

    /// <summary>Lets so many writes through from now on.</summary>
    public void Arm(int writes)
    {
        HasBlown = false;
        _left = writes;
    }

    /// <summary>Makes an app talk to storage through this.</summary>
    public void Protect(IServiceCollection services) => services.AddSingleton(provider =>
    {
        var options = StorageServices.ClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return new TableServiceClient(provider.GetRequiredService<IOptions<StorageOptions>>().Value.ConnectionString, options);
    });

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (message.Request.Method != RequestMethod.Get && Interlocked.Decrement(ref _left) < 0)
        {
            HasBlown = true;
        }

        return HasBlown || (CutOff is { } table && message.Request.Uri.Path.Contains(table, StringComparison.OrdinalIgnoreCase))
            ? throw new RequestFailedException(0, "The process has ended.")
            : ProcessNextAsync(message, pipeline);
    }
}
