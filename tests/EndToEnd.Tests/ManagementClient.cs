using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>An operator of the gateway, over its REST API.</summary>
internal sealed class ManagementClient(Uri api, string token) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = api,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    /// <summary>Creates a resource, or runs an action; anything but success fails the test with the answer.</summary>
    public async Task<JsonObject> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, MediaTypeHeaderValue.Parse("application/json"));
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content).Soon();
        return await ReadAsync(response, path);
    }

    /// <summary>Runs an action on a resource, whatever it is now.</summary>
    public async Task ActAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { "If-Match", "*" } } };
        using var response = await _http.SendAsync(request).Soon();
        await ReadAsync(response, path);
    }

    /// <summary>Applies a document in YAML.</summary>
    public async Task ApplyAsync(string yaml)
    {
        using var content = new StringContent(yaml, MediaTypeHeaderValue.Parse("application/yaml"));
        using var response = await _http.PostAsync(new Uri("/api/documents:apply", UriKind.Relative), content).Soon();
        await ReadAsync(response, "/api/documents:apply");
    }

    /// <summary>Replaces a resource, whatever it is now.</summary>
    public async Task<JsonObject> PutAsync(string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Headers = { { "If-Match", "*" } } };
        request.Content = new StringContent(json, MediaTypeHeaderValue.Parse("application/json"));
        using var response = await _http.SendAsync(request).Soon();
        return await ReadAsync(response, path);
    }

    public async Task<JsonObject> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative)).Soon();
        return await ReadAsync(response, path);
    }

    public async Task DeleteAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path) { Headers = { { "If-Match", "*" } } };
        using var response = await _http.SendAsync(request).Soon();
        Assert.True(response.IsSuccessStatusCode, $"DELETE {path}: {response.StatusCode}");
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage response, string path)
    {
        var text = await response.Content.ReadAsStringAsync().Soon();
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage?.Method} {path}: {(int)response.StatusCode} {text}");
        return response.StatusCode == HttpStatusCode.NoContent ? [] : JsonNode.Parse(text)!.AsObject();
    }
}
