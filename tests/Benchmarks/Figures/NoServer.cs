using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Benchmarks.Figures;

/// <summary>
/// Stands where Kestrel does and listens to nobody: who holds it puts requests to the app itself, so that what they cost
/// is the app's alone.
/// </summary>
internal sealed class NoServer : IServer
{
    private Func<IFeatureCollection, Task>? _ask;

    public NoServer() => Features.Set<IServerAddressesFeature>(new OneAddress());

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _ask = features => AskAsync(application, features);
        return Task.CompletedTask;
    }

    /// <summary>Puts a request to the app, and gives its answer's body.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "A stream in memory holds nothing.")]
    public async Task<ReadOnlyMemory<byte>> AskAsync(string path, string token, byte[] json)
    {
        var answer = new MemoryStream();
        var request = new HttpRequestFeature
        {
            Protocol = "HTTP/1.1",
            Method = "POST",
            Scheme = "http",
            Path = path,
            RawTarget = path,
            Body = new MemoryStream(json),
        };
        request.Headers.Authorization = $"Bearer {token}";
        request.Headers.ContentType = "application/json";
        request.Headers.ContentLength = json.Length;
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        await _ask!(features);
        return answer.GetBuffer().AsMemory(0, (int)answer.Length);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }

    private static async Task AskAsync<TContext>(IHttpApplication<TContext> application, IFeatureCollection features)
        where TContext : notnull
    {
        var context = application.CreateContext(features);
        await application.ProcessRequestAsync(context);
        application.DisposeContext(context, null);
    }

    private sealed class OneAddress : IServerAddressesFeature
    {
        public ICollection<string> Addresses { get; } = ["http://nobody.invalid"];

        public bool PreferHostingUrls { get; set; }
    }
}
