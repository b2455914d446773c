using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Serverless.Functions.Http;

namespace Serverless.Functions.OpenApi;

/// <summary>A built-in file as the answer: compressed for whoever takes that, and 304 for whoever has it.</summary>
internal sealed class StaticAnswer(StaticFile file) : IResult
{
    // Everything the page needs is served beside it, and it needs no inline script or style.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var isCompressed = TakesGzip(request);

        // Another for each encoding: strong tags are of the very bytes.
        var tag = isCompressed ? $"\"{file.Mark}-gzip\"" : $"\"{file.Mark}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "no-cache";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        if (Tag.IsKnown(request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        if (isCompressed)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        var content = isCompressed ? file.Compressed : file.Content;
        response.ContentType = file.MediaType;
        response.ContentLength = content.Length;
        return response.Body.WriteAsync(content, httpContext.RequestAborted).AsTask();
    }

    private static bool TakesGzip(HttpRequest request) =>
        request.Headers.AcceptEncoding is { Count: > 0 } accepted
        && StringWithQualityHeaderValue.TryParseList(accepted, out var encodings)
        && encodings.Any(e => StringSegment.Equals(e.Value, "gzip", StringComparison.OrdinalIgnoreCase) && e.Quality != 0);
}
