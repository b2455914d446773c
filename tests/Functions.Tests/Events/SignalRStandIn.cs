using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Events;

/// <summary>A request that came to the service.</summary>
internal sealed record SentRequest(string Path, string Query, string Bearer, string ContentType, string Body);

/// <summary>The REST paths of SignalR Service that the functions call, on a port of their own; each answers as a test says.</summary>
internal sealed class SignalRStandIn : IAsyncDisposable
{
    public const string AccessKey = "the=key-of+the/stand-in==";

    private readonly WebApplication _app;

    private SignalRStandIn(WebApplication app) => _app = app;

    /// <summary>What came, first things first.</summary>
    public ConcurrentQueue<SentRequest> Requests { get; } = new();

    /// <summary>How it answers.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context =>
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    };

    public Uri Address => new(_app.Urls.Single());

    public string ConnectionString => $"Endpoint=http://127.0.0.1;Port={Address.Port};AccessKey={AccessKey};Version=1.0;";

    /// <summary>Settings of functions that publish here.</summary>
    public Dictionary<string, string?> Settings => new() { ["SignalR:ConnectionString"] = ConnectionString };

    public static async Task<SignalRStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var standIn = new SignalRStandIn(builder.Build());
        standIn._app.Run(standIn.ServeAsync);
        await standIn._app.StartAsync().Soon();
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token).Soon();
        await _app.DisposeAsync().Soon();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Requests.Enqueue(new(
            context.Request.Path,
            context.Request.QueryString.ToString(),
            context.Request.Headers.Authorization.ToString(),
            context.Request.ContentType ?? "",
            await reader.ReadToEndAsync()));
        await Answer(context);
    }
}
