using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Functions.Events;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Events;

/// <summary>What SignalR Service is sent, and what becomes of a change when it does not take it.</summary>
public sealed class PublishingTests
{
    private const string Close = "/api/backends/b:drain-connections";

    [Fact]
    public async Task An_event_is_sent_to_all_of_the_hub_before_the_change_is_answered()
    {
        await using var service = await SignalRStandIn.StartAsync();
        await using var app = await StartAsync(service);

        var told = await app.Admin.DoAsync("POST", Close);

        var sent = Assert.Single(service.Requests);
        Assert.Equal(("/api/hubs/gateway/:send", "?api-version=2022-06-01"), (sent.Path, sent.Query));
        Assert.Equal("application/json; charset=utf-8", sent.ContentType);
        var body = JsonNode.Parse(sent.Body)!;
        Assert.Equal("event", (string?)body["target"]);
        Assert.True(JsonNode.DeepEquals(told, Assert.Single(body["arguments"]!.AsArray())));
        Assert.Equal(
            (1, "connections.drain", "b"),
            JsonSerializer.Deserialize(body["arguments"]![0]!.ToJsonString(), ContractsJson.Default.GatewayEvent) is { } one
                ? (one.Sequence, one.Kind, one.Backend)
                : default);
        var claims = ReadToken.Claims(sent.Bearer["Bearer ".Length..], SignalRStandIn.AccessKey);
        Assert.Equal($"{service.Address.AbsoluteUri}api/hubs/gateway/:send", (string?)claims["aud"]);
        Assert.InRange((long)claims["exp"]! - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 1, 300);
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(SignalRStandIn.AccessKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_connected_with_an_access_token_is_not_any_more_when_it_is_deleted()
    {
        await using var service = await SignalRStandIn.StartAsync();
        await using var app = await StartAsync(service);
        var token = await app.Admin.DoAsync("POST", "/api/access-tokens", """{"name":"console","scopes":["read"]}""");

        using var unknown = await app.Admin.SendAsync("DELETE", "/api/access-tokens/nobody", ifMatch: "*");
        using var deleted = await app.Admin.SendAsync("DELETE", $"/api/access-tokens/{token["id"]}", ifMatch: "*");

        Assert.Equal(
            ["/api/hubs/gateway/users/operator:console/:closeConnections", "/api/hubs/gateway/users/relay:console/:closeConnections"],
            service.Requests.Select(request => request.Path));
        Assert.All(service.Requests, request => ReadToken.Claims(request.Bearer["Bearer ".Length..], SignalRStandIn.AccessKey));
    }

    [Fact]
    public async Task What_it_does_not_take_is_written_down_all_the_same_and_it_is_left_alone_for_a_while()
    {
        await using var service = await SignalRStandIn.StartAsync();
        var clock = new SetClock();
        await using var app = await StartAsync(service, services => services.AddSingleton<TimeProvider>(clock));
        service.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };

        await app.Admin.DoAsync("POST", Close);
        await app.Admin.DoAsync("POST", Close);
        clock.Ahead = EventPublisher.Quiet + TimeSpan.FromSeconds(1);
        await app.Admin.DoAsync("POST", Close);

        Assert.Equal(2, service.Requests.Count);
        Assert.Equal(3, (int)(await app.Admin.DoAsync("GET", "/api/relay/events?after=0"))["latest"]!);
        Assert.Contains(app.Log.Lines, line => line.Contains("SignalR Service answered 401 to :send", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Log.Lines, line => line.Contains(SignalRStandIn.AccessKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_hangs_holds_a_change_up_for_two_seconds_once()
    {
        await using var service = await SignalRStandIn.StartAsync();
        var never = new TaskCompletionSource();
        service.Answer = _ => never.Task;
        await using var app = await StartAsync(service);

        var begun = TimeProvider.System.GetTimestamp();
        await app.Admin.DoAsync("POST", Close);
        var first = TimeProvider.System.GetElapsedTime(begun);
        await app.Admin.DoAsync("POST", Close);
        var second = TimeProvider.System.GetElapsedTime(begun) - first;
        never.SetResult();

        Assert.InRange(first, EventPublisher.Longest - TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));
        Assert.True(second < EventPublisher.Longest, $"{second}");
    }

    [Fact]
    public async Task Without_a_service_nothing_is_published_and_events_can_be_asked_for()
    {
        await using var app = await FunctionsApp.StartAsync();
        await app.Admin.DoAsync("POST", "/api/backends", """{"system_name":"b","name":"B","private_base_url":"http://h"}""");

        await app.Admin.DoAsync("POST", Close);

        var page = await app.Admin.DoAsync("GET", "/api/relay/events?after=0");
        Assert.Equal("connections.drain", (string?)Assert.Single(page["events"]!.AsArray())!["kind"]);
        using var negotiated = await app.Admin.SendAsync("POST", "/api/relay/events/negotiate");
        await negotiated.ProblemAsync(404, "events_not_published");
    }

    [Fact]
    public async Task With_a_managed_identity_its_token_lets_in_and_the_service_signs_those_of_clients()
    {
        await using var service = await SignalRStandIn.StartAsync();
        service.Answer = context => context.Request.Path.Value!.EndsWith(":generateToken", StringComparison.Ordinal)
            ? context.Response.WriteAsJsonAsync(new Dictionary<string, string> { ["token"] = "signed-by-the-service" })
            : Task.CompletedTask;
        await using var app = await FunctionsApp.StartAsync(
            new Dictionary<string, string?> { ["SignalR:ConnectionString"] = $"Endpoint={service.Address};AuthType=azure.msi;Version=1.0;" },
            services => services.AddSingleton<SignalRIdentity>(_ => new Identity()));
        await app.Admin.DoAsync("POST", "/api/backends", """{"system_name":"b","name":"B","private_base_url":"http://h"}""");

        await app.Admin.DoAsync("POST", Close);
        var access = await app.Admin.DoAsync("POST", "/api/relay/events/negotiate");

        Assert.Equal("signed-by-the-service", (string?)access["accessToken"]);
        Assert.All(service.Requests, request => Assert.Equal("Bearer of-https://signalr.azure.com/.default", request.Bearer));
        Assert.Equal(
            ("/api/hubs/gateway/:generateToken", "?api-version=2022-11-01&userId=relay%3AAdminToken&minutesToExpire=60"),
            service.Requests.Last() is var last ? (last.Path, last.Query) : default);

        service.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
        using var refused = await app.Admin.SendAsync("POST", "/api/events/negotiate");
        await refused.ProblemAsync(502, "signalr_unavailable");
    }

    private static async Task<FunctionsApp> StartAsync(SignalRStandIn service, Action<IServiceCollection>? services = null)
    {
        var app = await FunctionsApp.StartAsync(service.Settings, services);
        await app.Admin.DoAsync("POST", "/api/backends", """{"system_name":"b","name":"B","private_base_url":"http://h"}""");
        return app;
    }

    private sealed class Identity : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(new AccessToken($"of-{requestContext.Scopes.Single()}", DateTimeOffset.MaxValue));
    }
}
