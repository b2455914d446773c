using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>The languages of documents.</summary>
internal enum Language
{
    Yaml,
    Json,
}

/// <summary>A document as the answer, in the language that the caller likes best; its ETag is its digest.</summary>
internal sealed class DocumentAnswer(JsonNode document, Language language) : IResult
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The answer to a caller who takes neither language.</summary>
    public static Problem NotAcceptable => Problem.Of(
        StatusCodes.Status406NotAcceptable,
        "not_acceptable",
        "Neither YAML nor JSON.",
        "The document is there as application/yaml and as application/json: say so in Accept, or leave it out.");

    /// <summary>The language liked best, YAML when both are the same to the caller; null for neither.</summary>
    public static Language? Choose(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) || accepted.Count == 0)
        {
            return Language.Yaml;
        }

        var (yaml, json) = (Quality(accepted, "application/yaml"), Quality(accepted, "application/json"));
        return (yaml, json) switch
        {
            (0, 0) => null,
            _ => json > yaml ? Language.Json : Language.Yaml,
        };
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var text = Encoding.UTF8.GetBytes(
            language == Language.Yaml ? YamlWriter.Write(document) : document.ToJsonString(Readable) + "\n");
        var response = httpContext.Response;
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(text))}\"";
        response.Headers.ETag = tag;
        response.Headers.Vary = HeaderNames.Accept;
        if (Tag.IsKnown(httpContext.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = language == Language.Yaml ? "application/yaml; charset=utf-8" : "application/json; charset=utf-8";
        await response.Body.WriteAsync(text, httpContext.RequestAborted);
    }

    // Of the ranges that fit, the closest says how much.
    private static double Quality(IEnumerable<MediaTypeHeaderValue> accepted, string type) => accepted
        .Where(range => range.MatchesAllTypes
            || range.MediaType == type
            || (range.MatchesAllSubTypes && range.Type == "application"))
        .OrderByDescending(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2)
        .Select(range => range.Quality ?? 1)
        .FirstOrDefault();
}
