using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Microsoft.Extensions.Options;
using Serverless.Contracts;

namespace Serverless.Functions.Events;

/// <summary>The identity that the process runs under, for SignalR Service.</summary>
internal delegate TokenCredential SignalRIdentity(SignalRConnection connection);

/// <summary>
/// The little of SignalR Service's REST API (serverless mode) that the functions need: to send an event to all, to let
/// clients connect, and to end their connections.
/// </summary>
internal sealed class SignalRService : IDisposable
{
    private const string Send = ":send?api-version=2022-06-01";
    private const string Close = ":closeConnections?api-version=2022-06-01";
    private const string GenerateToken = ":generateToken?api-version=2022-11-01";

    // Connections outlive their token, which is good for no more than to connect.
    private static readonly TimeSpan ClientTokenLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan OwnTokenLife = TimeSpan.FromMinutes(5);
    private static readonly TokenRequestContext Scope = new(["https://signalr.azure.com/.default"]);

    private readonly SignalRConnection? _connection;
    private readonly TokenCredential? _identity;
    private readonly TimeProvider _clock;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = EventPublisher.Longest,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = 64 * 1024 };

    public SignalRService(IOptions<SignalROptions> options, SignalRIdentity identity, TimeProvider clock)
    {
        _clock = clock;
        if (SignalRConnection.TryParse(options.Value.ConnectionString, out _connection, out _) && _connection.AccessKey is null)
        {
            _identity = identity(_connection);
        }
    }

    /// <summary>Whether there is a service at all.</summary>
    public bool IsConfigured => _connection is not null;

    /// <summary>Sends an event to all who are connected.</summary>
    public async Task SendAsync(GatewayEvent happened, CancellationToken cancel)
    {
        var message = new JsonObject
        {
            ["target"] = GatewayEvent.Method,
            ["arguments"] = new JsonArray(JsonSerializer.SerializeToNode(happened, ContractsJson.Default.GatewayEvent)),
        };
        using var answer = await PostAsync(Send, message, cancel);
    }

    /// <summary>Ends the connections of a user.</summary>
    public async Task CloseAsync(string user, CancellationToken cancel)
    {
        using var answer = await PostAsync($"users/{Uri.EscapeDataString(user)}/{Close}", null, cancel);
    }

    /// <summary>What lets a client connect under a name: an address, and a token for it.</summary>
    public async Task<ClientAccess> AdmitAsync(string user, CancellationToken cancel)
    {
        var connection = _connection ?? throw new InvalidOperationException("There is no SignalR Service.");
        var path = $"/client/?hub={GatewayEvent.Hub}";
        var token = connection.AccessKey is { } key
            ? SignalRToken.Make(key, Trim(connection.Endpoint) + path, user, _clock.GetUtcNow(), ClientTokenLife)
            : await AskForTokenAsync(user, cancel);
        return new(Trim(connection.ClientEndpoint) + path, token);
    }

    public void Dispose() => _http.Dispose();

    // Nobody but the service itself can sign where there is no key.
    private async Task<string> AskForTokenAsync(string user, CancellationToken cancel)
    {
        var query = $"&userId={Uri.EscapeDataString(user)}&minutesToExpire={ClientTokenLife.TotalMinutes:0}";
        using var answer = await PostAsync(GenerateToken + query, null, cancel);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel));
        return (string?)body?["token"] ?? throw new HttpRequestException("SignalR Service gave no token.");
    }

    private async Task<HttpResponseMessage> PostAsync(string operation, JsonObject? body, CancellationToken cancel)
    {
        var (address, verb) = ($"/api/hubs/{GatewayEvent.Hub}/{operation}", operation.Split('?')[0].Split('/')[^1]);
        using var request = new HttpRequestMessage(HttpMethod.Post, Trim(_connection!.ServerEndpoint) + address);
        request.Headers.Authorization = new("Bearer", _connection.AccessKey is { } key
            ? SignalRToken.Make(key, Trim(_connection.Endpoint) + address.Split('?')[0], null, _clock.GetUtcNow(), OwnTokenLife)
            : (await _identity!.GetTokenAsync(Scope, cancel)).Token);
        request.Content = body is null
            ? null
            : new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json", "utf-8"));
        var answer = await _http.SendAsync(request, cancel);
        if (!answer.IsSuccessStatusCode)
        {
            using (answer)
            {
                throw new HttpRequestException($"SignalR Service answered {(int)answer.StatusCode} to {verb}.");
            }
        }

        return answer;
    }

    private static string Trim(Uri address) => address.AbsoluteUri.TrimEnd('/');
}
