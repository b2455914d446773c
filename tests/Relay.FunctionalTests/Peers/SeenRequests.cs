using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>Requests as a server of this process gets them, for one that writes none of them down.</summary>
internal sealed class SeenRequests : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly ConcurrentQueue<(int Port, string Text)> _seen = new();
    private readonly ConcurrentQueue<IDisposable> _subscriptions = new();

    public SeenRequests() => _subscriptions.Enqueue(DiagnosticListener.AllListeners.Subscribe(this));

    /// <summary>Method and target of each at a port, from now on.</summary>
    public IEnumerable<string> At(int port) => _seen.Where(seen => seen.Port == port).Select(seen => seen.Text);

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.AspNetCore")
        {
            _subscriptions.Enqueue(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: "Microsoft.AspNetCore.Hosting.HttpRequestIn.Start", Value: HttpContext http })
        {
            _seen.Enqueue((http.Connection.LocalPort, $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}"));
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }
}
