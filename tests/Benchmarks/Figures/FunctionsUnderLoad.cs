extern alias functions;

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Hosting;

namespace Serverless.Benchmarks.Figures;

/// <summary>The functions in this process, on a port of their own, with the storage that a figure is about.</summary>
internal sealed class FunctionsUnderLoad : IAsyncDisposable
{
    private const string AdminToken = "the-token-of-the-admin-in-the-figures-0123456789";

    private readonly WebApplication _app;

    private FunctionsUnderLoad(WebApplication app)
    {
        _app = app;
        Admin = new() { BaseAddress = new Uri(app.Urls.Single()) };
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminToken);
    }

    public HttpClient Admin { get; }

    public string Url => _app.Urls.Single();

    public static async Task<FunctionsUnderLoad> StartAsync(
        string connectionString, Action<IServiceCollection>? services = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
        {
            ["Storage:ConnectionString"] = connectionString,
            ["Keys:Pepper"] = Convert.ToBase64String(new byte[32]),
            ["AdminToken"] = AdminToken,
        };
        foreach (var timer in new FunctionList(typeof(FunctionList).Assembly.GetTypes()).Timers)
        {
            all[$"AzureWebJobs.{timer.Name}.Disabled"] = "true";
        }

        var app = EmbeddedHost.Build([], functions::Program.AddFunctions, builder =>
        {
            builder.Configuration.AddInMemoryCollection(all);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            services?.Invoke(builder.Services);
        });
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Calls what has to succeed.</summary>
    public async Task<JsonNode> DoAsync(string method, string path, string? json = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        }

        using var response = await Admin.SendAsync(request);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<JsonNode>())!
            : throw new InvalidOperationException($"{method} {path}: {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>A product with a plan and an account to make applications in.</summary>
    public async Task OpenAsync()
    {
        await DoAsync("POST", "/api/products", """{"system_name":"chat","name":"Chat"}""");
        await DoAsync("POST", "/api/products/chat/plans", """{"system_name":"basic","name":"Basic"}""");
        await DoAsync("POST", "/api/accounts", """{"system_name":"crowd","name":"Crowd"}""");
    }

    /// <summary>Makes applications, some at a time, and gives their keys.</summary>
    public async Task<IReadOnlyList<string>> SellAsync(int from, int to)
    {
        var keys = new string[to - from];
        await Parallel.ForAsync(from, to, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
        {
            var made = await DoAsync(
                "POST",
                "/api/accounts/crowd/applications",
                $$"""{"id":"app-{{number:D6}}","product":"chat","plan":"basic","name":"Application {{number}}"}""");
            keys[number - from] = (string)made["user_key"]!;
        });
        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await _app.DisposeAsync();
    }
}
