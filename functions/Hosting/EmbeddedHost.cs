using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Hosting;

/// <summary>Serves the functions on Kestrel where there is no Functions host.</summary>
internal static class EmbeddedHost
{
    // The port of `func start`, so that nothing changes between the two.
    private const string DefaultUrl = "http://localhost:7071";

    /// <summary>The app, not yet started. What is configured last, such as a test's settings, wins.</summary>
    public static WebApplication Build(
        string[] args,
        Action<IServiceCollection> addFunctions,
        Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        if (!IsAddressed(builder.Configuration))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        configure?.Invoke(builder);
        addFunctions(builder.Services);
        builder.Services.AddHostedService<TimerLoops>();

        var app = builder.Build();

        // Before anything is made of them: the first service that needs its options would name its own errors alone.
        app.Services.GetService<IStartupValidator>()?.Validate();

        app.UseFailureAnswers();
        app.UseRouting();
        app.MapFunctions();
        return app;
    }

    private static bool IsAddressed(ConfigurationManager settings) =>
        settings["urls"] is not null
        || settings["http_ports"] is not null
        || settings["https_ports"] is not null
        || settings.GetSection("Kestrel:Endpoints").Exists();
}
