using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Storage;

/// <summary>Stands before the storage of one app: hears of each write before it is made, and may end them all.</summary>
internal sealed class WriteGate : HttpPipelinePolicy
{
    private int _writes;
    private int _last = int.MaxValue;

    /// <summary>Called before each write with its number, 0 for the first since <see cref="Open"/>.</summary>
    public Func<int, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>An app on the tables of another, with this before its storage.</summary>
    public Task<FunctionsApp> StandBeforeAsync(FunctionsApp app)
    {
        var options = new TableClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerCall);
        return app.RestartAsync(services: services => services.AddSingleton(new TableServiceClient(app.ConnectionString, options)));
    }

    /// <summary>Counts anew, and lets so many writes through; then nothing at all, as for a process that has ended.</summary>
    public void Open(int writes = int.MaxValue) => (_writes, _last) = (0, writes);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        // Nor do entries of the audit log count: they come before and after every change, and are none of it.
        if (message.Request.Method == RequestMethod.Get || message.Request.Uri.Path.Contains("audit", StringComparison.Ordinal))
        {
            Pass(Volatile.Read(ref _writes));
        }
        else
        {
            var write = Interlocked.Increment(ref _writes) - 1;
            Pass(write + 1);
            await Before(write);
        }

        await ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Storage is only called asynchronously.");

    private void Pass(int writes)
    {
        if (writes > _last)
        {
            throw new IOException("The process has ended.");
        }
    }
}
