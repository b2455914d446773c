using Azure.Core;
using Azure.Core.Pipeline;

namespace Serverless.Functions.Storage;

/// <summary>
/// Whether storage is asked for a write more than once. When its answer is lost the client asks again by itself, and storage
/// then refuses what it has done.
/// </summary>
internal sealed class Repetition : IDisposable
{
    private const string Property = "serverless.repetition";

    private readonly IDisposable _scope;

    /// <summary>Watches over whatever is asked until it is disposed of.</summary>
    public Repetition() =>
        _scope = HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Property] = this });

    /// <summary>Tells them; part of every client, after what asks again.</summary>
    public static HttpPipelinePolicy Watch { get; } = new Watcher();

    public bool Happened { get; private set; }

    public void Dispose() => _scope.Dispose();

    private sealed class Watcher : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.ProcessingContext.RetryNumber > 0
                && message.TryGetProperty(Property, out var value)
                && value is Repetition repetition)
            {
                repetition.Happened = true;
            }
        }
    }
}
