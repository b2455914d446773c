using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>
/// A server in place of the table service that answers as a test says, and remembers what it was asked.
/// </summary>
internal sealed class Peer : IAsyncDisposable
{
    private const string Key = "a2V5";

    private readonly WebApplication _server;

    private Peer(WebApplication server) => _server = server;

    /// <summary>Every request so far, in order.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = new();

    public Uri Endpoint => new($"{_server.Urls.Single()}/account");

    /// <param name="answer">Called for each request with its number, from 1.</param>
    /// <param name="certificate">For https; null: http.</param>
    public static async Task<Peer> StartAsync(Func<HttpContext, int, Task> answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            if (certificate is not null)
            {
                endpoint.UseHttps(certificate);
            }
        }));
        var peer = new Peer(builder.Build());
        peer._server.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            peer.Requests.Enqueue(new Asked(
                context.Request.Method,
                context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body));
            await answer(context, peer.Requests.Count);
        });
        await peer._server.StartAsync().Soon();
        return peer;
    }

    /// <summary>One that always answers the same.</summary>
    public static Task<Peer> StartAsync(int status, string body = "", string contentType = "application/json") =>
        StartAsync((context, _) => AnswerAsync(context, status, body, contentType));

    public static Task AnswerAsync(HttpContext context, int status, string body = "", string contentType = "application/json")
    {
        context.Response.StatusCode = status;
        if (body.Length == 0)
        {
            return Task.CompletedTask;
        }

        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    }

    /// <summary>No answer, until the one who asked gives up.</summary>
    public static async Task KeepWaitingAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    /// <summary>An error as the service writes it.</summary>
    public static string Error(string code, string message) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["odata.error"] = new { code, message = new { lang = "en-US", value = $"{message}\nRequestId:1\nTime:2026-01-01T00:00:00Z" } },
    });

    public TableClient Table(TableClientOptions? options = null) =>
        new(Endpoint, "Products", new TableSharedKeyCredential("account", Key), options ?? TestTable.Impatient);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    /// <summary>A request as it came over the wire.</summary>
    internal sealed record Asked(string Method, string Target, Dictionary<string, string> Headers, string Body);
}
