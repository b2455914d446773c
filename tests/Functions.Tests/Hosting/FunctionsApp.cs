using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>
/// All functions, served as in production on a port of their own, with tables of their own in the storage emulator. A
/// class fixture; <see cref="StartAsync"/> makes one with other settings.
/// </summary>
public sealed class FunctionsApp : IAsyncLifetime
{
    public const string AdminToken = "the-token-of-the-admin-in-the-tests-0123456789";

    private WebApplication? _app;

    /// <summary>Calls as the admin.</summary>
    public HttpClient Admin { get; private set; } = null!;

    /// <summary>Calls without a token.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

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

    public Task InitializeAsync() => RunAsync(new Dictionary<string, string?>(), _ => { });

    public async Task DisposeAsync()
    {
        Admin?.Dispose();
        Anonymous?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync().Soon();
        }
    }

    /// <summary>A client that calls with this token.</summary>
    public HttpClient With(string token)
    {
        var client = new HttpClient { BaseAddress = Anonymous.BaseAddress, Timeout = Timeouts.Default };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private async Task RunAsync(IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection> services)
    {
        ConnectionString = (await Azurite.SharedAsync().Soon()).NewAccount().ConnectionString;
        var all = new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = ConnectionString,
            ["Storage:TablePrefix"] = "Tests",
            ["Keys:Pepper"] = Convert.ToBase64String(new byte[32]),
            ["AdminToken"] = AdminToken,
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        _app = EmbeddedHost.Build([], Program.AddFunctions, builder =>
        {
            builder.Configuration.AddInMemoryCollection(all);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            services(builder.Services);
        });
        await _app.StartAsync().Soon();
        Anonymous = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()), Timeout = Timeouts.Default };
        Admin = With(AdminToken);
    }
}

/// <summary>Calls of the API in one line each.</summary>
internal static class Calls
{
    /// <summary>Sends a body, given as JSON text, under a condition if one is given.</summary>
    public static Task<HttpResponseMessage> SendAsync(
        this HttpClient client,
        string method,
        string path,
        string? json = null,
        string? ifMatch = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
        {
            request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return client.SendAsync(request).Soon();
    }

    /// <summary>Sends what has to succeed, and gives the answer.</summary>
    public static async Task<JsonNode> DoAsync(
        this HttpClient client,
        string method,
        string path,
        string? json = null,
        string? ifMatch = null)
    {
        using var response = await client.SendAsync(method, path, json, ifMatch);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {await response.Content.ReadAsStringAsync().Soon()}");
        return response.Content.Headers.ContentLength == 0 ? new JsonObject() : await response.JsonAsync();
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonNode>().Soon())!;

    /// <summary>Holds an answer to be a problem with this status and code, and gives its body.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync().Soon();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} is not {status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal(status, (int?)problem["status"]);
        Assert.False(string.IsNullOrEmpty((string?)problem["title"]));
        return problem;
    }

    /// <summary>The errors of a problem, as <c>pointer code</c>.</summary>
    public static IReadOnlyList<string> Errors(this JsonNode problem) =>
        [.. problem["errors"]!.AsArray().Select(e => $"{e!["pointer"]} {e["code"]}")];
}
