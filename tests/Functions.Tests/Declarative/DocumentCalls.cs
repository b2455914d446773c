using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Declarative;

/// <summary>Calls with documents in one line each.</summary>
internal static class DocumentCalls
{
    public static Task<HttpResponseMessage> PostDocumentAsync(this FunctionsApp app, string path, string text, string type = "application/yaml") =>
        app.Admin.PostAsync(path, new ByteArrayContent(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } }).Soon();

    /// <summary>Applies what has to be taken.</summary>
    public static async Task<JsonNode> ApplyAsync(this FunctionsApp app, string yaml, string flags = "")
    {
        using var response = await app.PostDocumentAsync("/api/documents:apply" + flags, yaml);
        var text = await response.Content.ReadAsStringAsync().Soon();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    /// <summary>The document of a product.</summary>
    public static async Task<string> ExportAsync(this FunctionsApp app, string product, string type = "application/yaml")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/products/{product}/document");
        request.Headers.Accept.ParseAdd(type);
        using var response = await app.Admin.SendAsync(request).Soon();
        var text = await response.Content.ReadAsStringAsync().Soon();
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        return text;
    }

    /// <summary>The changes of an answer, what is kept left out, as <c>action resource</c>.</summary>
    public static IReadOnlyList<string> Changes(this JsonNode answer) =>
    [
        .. answer["changes"]!.AsArray()
            .Where(change => (string?)change!["action"] != "keep")
            .Select(change => $"{change!["action"]} {((string)change["resource"]!)["/api/".Length..]}"),
    ];

    /// <summary>The errors of a problem with their places, as <c>pointer code line:column</c>.</summary>
    public static IReadOnlyList<string> PlacedErrors(this JsonNode problem) =>
        [.. problem["errors"]!.AsArray().Select(e => $"{e!["pointer"]} {e["code"]} {e["line"]}:{e["column"]}")];
}
