using Microsoft.AspNetCore.Http;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>JSON as it was stored, which never changes: whoever has it need not ask again.</summary>
internal sealed class FrozenAnswer(byte[] json, string tag) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.ETag = tag;

        // Private: it tells where the backends are.
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
        if (Tag.IsKnown(httpContext.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
