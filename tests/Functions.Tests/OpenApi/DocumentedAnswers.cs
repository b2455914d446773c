using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>
/// Holds every answer that a test gets to the document: status, headers, media type and body; and the requests of those
/// that succeed. What the document does not describe fails the test that got it.
/// </summary>
internal sealed class DocumentedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // Of the transport, or of the body.
    private static readonly HashSet<string> Undocumented = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Content-Type", "Date", "Transfer-Encoding",
    };

    /// <summary>A client whose answers are held to the document.</summary>
    public static HttpClient Client(Uri address) =>
        new(new DocumentedAnswers(new SocketsHttpHandler())) { BaseAddress = address, Timeout = Timeouts.Default };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var text = await TextAsync(response.Content, cancellationToken);
        var document = await ApiDocument.SharedAsync();
        var (method, path) = (request.Method.Method, request.RequestUri!.AbsolutePath);
        var wrong = document.Find(method, path) is { } operation
            ? await CompareAsync(document, operation, request, response, text)
            : InNoOperation(document, response, text);
        Assert.True(
            wrong.Count == 0,
            $"{method} {path} was answered by {(int)response.StatusCode} otherwise than functions/openapi.yaml says:\n  "
            + $"{string.Join("\n  ", wrong)}\n{text}");
        return response;
    }

    // The content stays as it is for the test.
    private static async Task<string> TextAsync(HttpContent content, CancellationToken cancel)
    {
        if (!content.Headers.ContentEncoding.Contains("gzip"))
        {
            return await content.ReadAsStringAsync(cancel);
        }

        await using var gzip = new GZipStream(new MemoryStream(await content.ReadAsByteArrayAsync(cancel)), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        return await reader.ReadToEndAsync(cancel);
    }

    private static List<string> InNoOperation(ApiDocument document, HttpResponseMessage response, string text)
    {
        if (response.RequestMessage?.Method == HttpMethod.Head)
        {
            return [];
        }

        return (int)response.StatusCode == 404 && (string?)JsonNode.Parse(text)!["code"] == "route_not_found"
            ? [.. document.Schemas.Find(Pointer.Schemas + "Problem", text)]
            : ["There is no such operation."];
    }

    private static async Task<List<string>> CompareAsync(
        ApiDocument document,
        Operation operation,
        HttpRequestMessage request,
        HttpResponseMessage response,
        string text)
    {
        if (!operation.Answers.TryGetValue((int)response.StatusCode, out var answer))
        {
            return [$"{operation.Id} has no answer {(int)response.StatusCode}."];
        }

        return
        [
            .. InHeaders(document.Schemas, answer, response),
            .. InBody(document.Schemas, "answer", answer.Contents, response.Content.Headers.ContentType, text),
            .. response.IsSuccessStatusCode ? await InRequestAsync(document, operation, request) : [],
        ];
    }

    private static IEnumerable<string> InHeaders(SchemaSet schemas, DocumentedAnswer answer, HttpResponseMessage response)
    {
        var sent = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return sent.Keys
            .Where(name => !Undocumented.Contains(name) && answer.Headers.All(h => !name.Equals(h.Name, StringComparison.OrdinalIgnoreCase)))
            .Select(name => $"header {name} is not described")
            .Concat(InValues(schemas, answer.Headers, name => sent.GetValueOrDefault(name)));
    }

    private static IEnumerable<string> InBody(
        SchemaSet schemas,
        string whose,
        IReadOnlyDictionary<string, string> contents,
        MediaTypeHeaderValue? type,
        string text)
    {
        if (contents.Count == 0 || type is null)
        {
            return text.Length == 0 && contents.Count == 0 ? [] : [$"{whose}: a body where there is none, or none where there is one"];
        }

        if (!contents.TryGetValue(type.MediaType!, out var schema))
        {
            return [$"{whose}: no content of type {type.MediaType}"];
        }

        var json = type.MediaType! switch
        {
            "application/yaml" => YamlTree.Parse(text)?.ToJsonString() ?? "null",
            var other when other.EndsWith("json", StringComparison.Ordinal) => text,
            _ => JsonSerializer.Serialize(text),
        };
        return schemas.Find(schema, json).Select(error => $"{whose}: {error}");
    }

    private static async Task<List<string>> InRequestAsync(ApiDocument document, Operation operation, HttpRequestMessage request)
    {
        var segments = operation.Match(request.RequestUri!.AbsolutePath)!;
        var query = Query(request.RequestUri);
        var known = operation.Parameters.ToLookup(parameter => parameter.In);
        var wrong = query.Keys.Where(name => known["query"].All(p => p.Name != name)).Select(name => $"query {name} is not described")
            .Concat(InValues(document.Schemas, known["path"], segments.GetValueOrDefault))
            .Concat(InValues(document.Schemas, known["query"], query.GetValueOrDefault))
            .Concat(InValues(document.Schemas, known["header"], name =>
                request.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null));

        // A body of another kind can be read only once, and has been.
        if (request.Content is ByteArrayContent body)
        {
            wrong = wrong.Concat(InBody(document.Schemas, "request", operation.Body, body.Headers.ContentType, await body.ReadAsStringAsync()));
        }
        else if (request.Content is null && operation.NeedsBody)
        {
            wrong = wrong.Append("request: a body is needed");
        }

        return [.. wrong];
    }

    private static IEnumerable<string> InValues(SchemaSet schemas, IEnumerable<DocumentedValue> described, Func<string, string?> sent) =>
        described.SelectMany(value => sent(value.Name) is { } text
            ? schemas.FindInText(value.Schema, text).Select(error => $"{value.In} {value.Name}: {error}")
            : value.IsRequired ? [$"{value.In} {value.Name} is missing"] : []);

    private static Dictionary<string, string> Query(Uri address) => address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? ""));
}
