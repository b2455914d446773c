using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>An app that is told what clients do, and answers as a test says.</summary>
internal sealed class Webhook : IAsyncDisposable
{
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private readonly WebApplication _server;

    private Webhook(WebApplication server) => _server = server;

    /// <summary>One request as it came in.</summary>
    internal sealed record Call(string Target, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public string Event => Headers["X-ASRS-Event"];
    }

    /// <summary>Answers, by the name of the event. The default is an empty 200.</summary>
    public ConcurrentDictionary<string, Func<HttpContext, Task>> Answers { get; } = new();

    public Uri Address => new(_server.Urls.Single());

    public static async Task<Webhook> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var webhook = new Webhook(builder.Build());
        webhook._server.Run(webhook.AnswerAsync);
        await webhook._server.StartAsync().Soon();
        return webhook;
    }

    /// <summary>The next request.</summary>
    public async Task<Call> NextAsync() => await _calls.Reader.ReadAsync().Soon();

    /// <summary>Whether none is waiting to be read.</summary>
    public bool IsQuiet => !_calls.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _server.StopAsync(now.Token).Soon();
        await _server.DisposeAsync().Soon();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        http.Request.EnableBuffering();
        using var reader = new StreamReader(http.Request.Body, leaveOpen: true);
        var call = new Call(
            http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(http.RequestAborted));
        http.Request.Body.Position = 0;
        _calls.Writer.TryWrite(call);
        if (Answers.TryGetValue(call.Event, out var answer))
        {
            await answer(http);
        }
    }
}
