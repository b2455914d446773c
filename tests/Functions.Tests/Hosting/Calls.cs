using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

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

    /// <summary>Makes a product of this name, with nothing in it.</summary>
    public static Task<JsonNode> MakeProductAsync(this FunctionsApp app, string name) =>
        app.Admin.DoAsync("POST", "/api/products", $$"""{"system_name":"{{name}}","name":"n"}""");

    /// <summary>The metrics of a list that have been made: not those that are built in.</summary>
    public static IReadOnlyList<JsonNode> Made(this JsonNode metrics) =>
        [.. metrics["items"]!.AsArray().OfType<JsonNode>().Where(metric => (bool?)metric["builtin"] != true)];

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
