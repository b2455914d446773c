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
    public const string Version = RestClient.Version;

    private readonly IHost _host;
    private readonly RestClient _rest;

    private RunningEmulation(IHost host, RecordedLog log) => (_host, Log, _rest) = (host, log, new RestClient(() => Address));

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

    /// <inheritdoc cref="RestClient.CallAsync"/>
    public Task<RestReply> CallAsync(string method, string path, string? json = null, string? contentType = null) =>
        _rest.CallAsync(method, path, json, contentType);

    /// <inheritdoc cref="RestClient.CallAsAsync"/>
    public Task<RestReply> CallAsAsync(string? token, string method, string path, string? json = null, string? contentType = null) =>
        _rest.CallAsAsync(token, method, path, json, contentType);

    /// <inheritdoc cref="RestClient.SendAsync"/>
    public Task<RestReply> SendAsync(string hub, string target, params object?[] arguments) => _rest.SendAsync(hub, target, arguments);

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
        _rest.Dispose();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _host.StopAsync(soon.Token).Soon();
        await ((IAsyncDisposable)_host).DisposeAsync().Soon();
        Log.ThrowOnUnexpectedErrors();
    }
}
