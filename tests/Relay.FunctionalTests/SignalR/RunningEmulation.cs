using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Relay.Observability;
using Serverless.Relay.SignalR;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>The emulation alone, on a port of its own, and a caller who holds its key.</summary>
internal sealed class RunningEmulation : IAsyncDisposable
{
    public const string Version = "api-version=2022-06-01";

    private readonly IHost _host;
    private readonly HttpClient _http = new();

    private RunningEmulation(IHost host, RecordedLog log) => (_host, Log) = (host, log);

    public RecordedLog Log { get; }

    public Uri Address => _host.Services.GetRequiredService<Emulation>().Address!;

    public static async Task<RunningEmulation> StartAsync(TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var log = new RecordedLog();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings
            .Append(("Relay:SignalR:Port", "0"))
            .DistinctBy(setting => setting.Item1)
            .Select(setting => KeyValuePair.Create<string, string?>(setting.Item1, setting.Item2)));
        builder.Services.AddSingleton(time ?? TimeProvider.System).AddObservability().AddSignalREmulation();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        var running = new RunningEmulation(builder.Build(), log);
        await running._host.StartAsync().Soon();
        return running;
    }

    /// <summary>Calls the REST plane with a token for the very address.</summary>
    public Task<RestReply> CallAsync(string method, string path, string? json = null, string? contentType = null) =>
        CallAsAsync(ServiceTokens.Sign($"http://localhost{path.Split('?')[0]}"), method, path, json, contentType);

    /// <summary>Calls it with a token, or without.</summary>
    public async Task<RestReply> CallAsAsync(string? token, string method, string path, string? json = null, string? contentType = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{Address.OriginalString.TrimEnd('/')}{path}");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, contentType ?? "application/json");
        }

        using var response = await _http.SendAsync(request).Soon();
        return new RestReply(
            response.StatusCode,
            response.Headers.TryGetValues("x-ms-error-code", out var codes) ? codes.Single() : null,
            await response.Content.ReadAsStringAsync().Soon());
    }

    /// <summary>Broadcasts.</summary>
    public Task<RestReply> SendAsync(string hub, string target, params object?[] arguments) =>
        CallAsync("POST", $"/api/hubs/{hub}/:send?{Version}", JsonSerializer.Serialize(new { target, arguments }));

    /// <summary>Lets time go on, second by second, until something has happened.</summary>
    public async Task<T> PassAsync<T>(ManualTime time, Task<T> until)
    {
        while (!until.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await CallAsync("HEAD", $"/api/health?{Version}");
        }

        return await until;
    }

    public async Task StopAsync() => await _host.StopAsync().Soon();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _host.StopAsync(soon.Token).Soon();
        await ((IAsyncDisposable)_host).DisposeAsync().Soon();
        Log.ThrowOnUnexpectedErrors();
    }
}

/// <summary>What the REST plane answered.</summary>
internal sealed record RestReply(HttpStatusCode Status, string? Code, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
