using System.Net;
using System.Text;
using System.Text.Json;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>An app that holds the emulation's key, and calls its REST plane.</summary>
internal sealed class RestClient(Func<Uri> service) : IDisposable
{
    public const string Version = "api-version=2022-06-01";

    private readonly HttpClient _http = new();

    /// <summary>Calls the REST plane with a token for the very address.</summary>
    public Task<RestReply> CallAsync(string method, string path, string? json = null, string? contentType = null) =>
        CallAsAsync(ServiceTokens.Sign($"http://localhost{path.Split('?')[0]}"), method, path, json, contentType);

    /// <summary>Calls it with a token, or without.</summary>
    public async Task<RestReply> CallAsAsync(string? token, string method, string path, string? json = null, string? contentType = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{service().OriginalString.TrimEnd('/')}{path}");
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

    public void Dispose() => _http.Dispose();
}

/// <summary>What the REST plane answered.</summary>
internal sealed record RestReply(HttpStatusCode Status, string? Code, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
