using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Serverless.Contracts;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>
/// A real server that speaks the contract of the functions to a relay, and can be away, slow or broken. What it
/// serves may be changed any time.
/// </summary>
internal sealed class ManagementServer : IAsyncDisposable
{
    public const string Token = "a-token-for-relays-0123456789abcdef";

    // The functions miss nothing where null is left out.
    private static readonly JsonSerializerOptions AsFunctions = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly ConcurrentDictionary<(string, string, int), ProductSnapshot> _snapshots = new();
    private readonly ConcurrentDictionary<(string Product, string Environment), EnvironmentPointer> _pointers = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly List<GatewayEvent> _events = [];
    private readonly ReturningServer _server;
    private int _indexVersion;

    private ManagementServer() => _server = new(Map);

    /// <summary>Answers questions about keys. The default knows one key.</summary>
    public Func<AuthorizationRequest, AuthorizationAnswer> Judge { get; set; } = question => question.UserKey == Keys.Good
        ? new AuthorizationAnswer { Authorized = true, Application = "app-1", Plan = "basic", CacheSeconds = 10 }
        : new AuthorizationAnswer { Authorized = false, Reason = AuthorizationReasons.UserKeyInvalid, CacheSeconds = 10 };

    /// <summary>When set, every answer waits for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>When set, the status of every answer.</summary>
    public int? Broken { get; set; }

    /// <summary>The bearer token that is accepted.</summary>
    public string AcceptedToken { get; set; } = Token;

    /// <summary>Questions as they came in.</summary>
    public ConcurrentQueue<AuthorizationRequest> Questions { get; } = new();

    /// <summary>Reports of usage as they came in.</summary>
    public ConcurrentQueue<UsageReport> Reports { get; } = new();

    /// <summary>What relays told of themselves, as it came in.</summary>
    public ConcurrentQueue<RelayStatus> Statuses { get; } = new();

    /// <summary>When set, answers about keys that have been decided wait for it.</summary>
    public Task Judged { get; set; } = Task.CompletedTask;

    /// <summary>The limits that answers to reports name; none by default.</summary>
    public Func<UsageEntry, IReadOnlyList<MeteredLimit>?> Limits { get; set; } = _ => null;

    /// <summary>When set, answers about events wait for it.</summary>
    public Task Events { get; set; } = Task.CompletedTask;

    /// <summary>Where events are published; null when nowhere, or at <see cref="Service"/>.</summary>
    public EventHub? Hub { get; set; }

    /// <summary>When set, address and token of the service at which events are published.</summary>
    public Func<(string Url, string Token)>? Service { get; set; }

    /// <summary>How many of the first events are not kept any more.</summary>
    public int Forgotten { get; set; }

    public Uri Address => new($"http://127.0.0.1:{_server.Port}");

    /// <summary>How often an address was called.</summary>
    public int Calls(string path) => _calls.GetValueOrDefault(path);

    public static async Task<ManagementServer> StartAsync()
    {
        var server = new ManagementServer();
        await server.ComeBackAsync();
        return server;
    }

    /// <summary>Makes a version live in an environment.</summary>
    public void Promote(ProductSnapshot snapshot, string environment, string generation = "g1")
    {
        _snapshots[(snapshot.Product, generation, snapshot.Version)] = snapshot;
        Point(new EnvironmentPointer(snapshot.Product, environment, snapshot.Version, generation));
    }

    /// <summary>Lists a version, whether it can be fetched or not.</summary>
    public void Point(EnvironmentPointer pointer)
    {
        _pointers[(pointer.Product, pointer.Environment)] = pointer;
        Interlocked.Increment(ref _indexVersion);
    }

    public void Remove(string product, string environment)
    {
        _pointers.TryRemove((product, environment), out _);
        Interlocked.Increment(ref _indexVersion);
    }

    /// <summary>Something happens, as the functions tell it; its number is set here. Not published.</summary>
    public GatewayEvent Happen(GatewayEvent happened)
    {
        lock (_events)
        {
            var numbered = happened with { Sequence = _events.Count + 1 };
            _events.Add(numbered);
            return numbered;
        }
    }

    /// <summary>Stops listening and drops every connection.</summary>
    public Task GoAwayAsync() => _server.GoAwayAsync();

    /// <summary>Listens again, on the same port.</summary>
    public Task ComeBackAsync() => _server.ComeBackAsync();

    public async ValueTask DisposeAsync()
    {
        await GoAwayAsync();
        if (Hub is { } hub)
        {
            await hub.DisposeAsync();
        }
    }

    private void Map(WebApplication server)
    {
        server.Use(CheckAsync);
        server.MapGet("/api/relay/configuration", IndexAsync);
        server.MapGet("/api/relay/configuration/{product}/{generation}/{version:int}", SnapshotAsync);
        server.MapPost("/api/relay/authorize", AuthorizeAsync);
        server.MapPost("/api/relay/usage", ReportAsync);
        server.MapGet("/api/relay/events", EventsAsync);
        server.MapPost("/api/relay/events/negotiate", NegotiateAsync);
        server.MapPost("/api/relay/status", StatusAsync);
    }

    private async Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        _calls.AddOrUpdate(http.Request.Path, 1, (_, count) => count + 1);
        await Gate.WaitAsync(http.RequestAborted);
        if (Broken is { } status)
        {
            http.Response.StatusCode = status;
        }
        else if (http.Request.Headers.Authorization != $"Bearer {AcceptedToken}")
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else
        {
            await next(http);
        }
    }

    private Task IndexAsync(HttpContext http)
    {
        var etag = $"\"{_indexVersion}\"";
        if (http.Request.Headers.IfNoneMatch == etag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        http.Response.Headers.ETag = etag;
        return http.Response.WriteAsJsonAsync(
            new ConfigurationIndex([.. _pointers.Values]), ContractsJson.Default.ConfigurationIndex);
    }

    private async Task SnapshotAsync(HttpContext http, string product, string generation, int version)
    {
        if (_snapshots.TryGetValue((product, generation, version), out var snapshot))
        {
            await http.Response.WriteAsJsonAsync(snapshot, ContractsJson.Default.ProductSnapshot);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private async Task AuthorizeAsync(HttpContext http)
    {
        var question = await JsonSerializer.DeserializeAsync(
            http.Request.Body, ContractsJson.Default.AuthorizationRequest, http.RequestAborted);
        Questions.Enqueue(question!);
        var answer = Judge(question!);
        await Judged.WaitAsync(http.RequestAborted);
        await http.Response.WriteAsJsonAsync(answer, ContractsJson.Default.AuthorizationAnswer);
    }

    private async Task EventsAsync(HttpContext http, long? after)
    {
        await Events.WaitAsync(http.RequestAborted);
        EventPage page;
        lock (_events)
        {
            page = new EventPage
            {
                Events = after is { } last ? [.. _events.Where(happened => happened.Sequence > Math.Max(last, Forgotten)).Take(1000)] : [],
                Latest = _events.Count,
                Complete = after is null || after >= Forgotten,
            };
        }

        await http.Response.WriteAsJsonAsync(page, ContractsJson.Default.EventPage);
    }

    private Task NegotiateAsync(HttpContext http)
    {
        if ((Hub is { } hub ? (hub.Url, hub.NewToken()) : Service?.Invoke()) is var (url, accessToken))
        {
            return http.Response.WriteAsJsonAsync(new { url, accessToken });
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private async Task StatusAsync(HttpContext http)
    {
        var status = await http.Request.ReadFromJsonAsync<RelayStatus>(AsFunctions, http.RequestAborted);
        Statuses.Enqueue(status!);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ReportAsync(HttpContext http)
    {
        var report = await JsonSerializer.DeserializeAsync(http.Request.Body, ContractsJson.Default.UsageReport, http.RequestAborted);
        Reports.Enqueue(report!);
        var entries = report!.Entries.Select(entry => new UsageEntryAnswer
        {
            Product = entry.Product,
            Application = entry.Application,
            Active = true,
            Limits = Limits(entry),
        });
        await http.Response.WriteAsJsonAsync(
            new UsageReportAnswer { Entries = [.. entries] }, ContractsJson.Default.UsageReportAnswer);
    }
}

/// <summary>User keys of the tests.</summary>
internal static class Keys
{
    public const string Good = "good-key-0123456789";
    public const string Bad = "bad-key-01234567890";
}
