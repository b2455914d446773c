using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Serverless.Contracts;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Upstream;

/// <summary>A Kestrel on a port of its own that does as told: a backend, or the relay's front.</summary>
internal sealed class KestrelPeer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private KestrelPeer(WebApplication app) => _app = app;

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Url => _app.Urls.Single();

    public static async Task<KestrelPeer> StartAsync(RequestDelegate answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(answer);
        await app.StartAsync().Soon();
        return new KestrelPeer(app);
    }

    public BackendUsage Usage(string path = "", BackendTls? tls = null) => new()
    {
        Backend = "kestrel",
        Path = "/",
        PrivateBaseUrl = new Uri(Url + path),
        Tls = tls ?? new BackendTls(),
    };

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token).Soon();
        await _app.DisposeAsync().Soon();
    }
}
