using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Hosting;
using Serverless.Functions.Tests.OpenApi;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>
/// All functions, served as in production on a port of their own, with tables of their own in the storage emulator. A
/// class fixture; <see cref="StartAsync"/> makes one with other settings. An error in its log that no test expects fails it,
/// and so does an answer that openapi.yaml does not describe.
/// </summary>
public sealed class FunctionsApp : IAsyncLifetime, IAsyncDisposable
{
    public const string AdminToken = "the-token-of-the-admin-in-the-tests-0123456789";

    private WebApplication? _app;

    /// <summary>Calls as the admin.</summary>
    public HttpClient Admin { get; private set; } = null!;

    /// <summary>Calls without a token.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    /// <summary>What the app logged.</summary>
    public RecordedLog Log { get; } = new();

    /// <summary>Set by a test that makes the app log errors.</summary>
    public bool ExpectsErrors { get; set; }

    /// <summary>Connection string of the account that holds this app's tables.</summary>
    public string ConnectionString { get; private set; } = "";

    public static async Task<FunctionsApp> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? services = null)
    {
        var app = new FunctionsApp();
        await app.RunAsync(settings ?? new Dictionary<string, string?>(), services ?? (_ => { }));
        return app;
    }

    /// <summary>Another instance on the same tables.</summary>
    public Task<FunctionsApp> RestartAsync(
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? services = null) => StartAsync(
            new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
            {
                ["Storage:ConnectionString"] = ConnectionString,
            },
            services);

    public Task InitializeAsync() => RunAsync(new Dictionary<string, string?>(), _ => { });

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    public async Task DisposeAsync()
    {
        Admin?.Dispose();
        Anonymous?.Dispose();
        if (_app is not null)
        {
            // Stopped first, as in production: services that have hardly begun would take the other for a failure.
            await _app.StopAsync().Soon();
            await _app.DisposeAsync().Soon();
        }

        Assert.True(ExpectsErrors || !Log.Errors.Any(), string.Join('\n', Log.Errors));
    }

    /// <summary>A client that calls with this token.</summary>
    public HttpClient With(string token)
    {
        var client = DocumentedAnswers.Client(Anonymous.BaseAddress!);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private async Task RunAsync(IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection> services)
    {
        ConnectionString = settings.GetValueOrDefault("Storage:ConnectionString")
            ?? (await Azurite.SharedAsync().Soon()).NewAccount().ConnectionString;
        var all = new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = ConnectionString,
            ["Storage:TablePrefix"] = "Tests",
            ["Keys:Pepper"] = Convert.ToBase64String(new byte[32]),
            ["AdminToken"] = AdminToken,

            // Long enough for every test that reads a stream to its end.
            ["Events:StreamSeconds"] = "1",
        };

        // Whatever hour a test runs at, it runs the timers itself.
        foreach (var timer in new FunctionList(typeof(FunctionList).Assembly.GetTypes()).Timers)
        {
            all[$"AzureWebJobs.{timer.Name}.Disabled"] = "true";
        }

        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        _app = EmbeddedHost.Build([], Program.AddFunctions, builder =>
        {
            builder.Configuration.AddInMemoryCollection(all);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders().AddProvider(Log);
            services(builder.Services);
        });
        await _app.StartAsync().Soon();
        Anonymous = DocumentedAnswers.Client(new Uri(_app.Urls.Single()));
        Admin = With(AdminToken);
    }
}
