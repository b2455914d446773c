using System.Text.Json;

namespace Serverless.Relay.Observability;

/// <summary>
/// What the management port answers: <c>/live</c> (the process runs), <c>/ready</c> (send it clients, or why not),
/// <c>/metrics</c>.
/// </summary>
internal sealed class ManagementEndpoints(Readiness readiness, PrometheusExposition metrics)
{
    /// <summary>Answers a request that came in on the management port.</summary>
    public Task AnswerAsync(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            http.Response.Headers.Allow = "GET, HEAD";
            return WriteAsync(http, StatusCodes.Status405MethodNotAllowed, "text/plain", "");
        }

        return http.Request.Path.Value switch
        {
            "/live" => WriteAsync(http, StatusCodes.Status200OK, "application/json", """{"status":"live"}"""),
            "/ready" when readiness.NotReadyBecause is { } reason => WriteAsync(
                http,
                StatusCodes.Status503ServiceUnavailable,
                "application/json",
                $$"""{"status":"not_ready","reason":"{{JsonEncodedText.Encode(reason)}}"}"""),
            "/ready" => WriteAsync(http, StatusCodes.Status200OK, "application/json", """{"status":"ready"}"""),
            "/metrics" => WriteAsync(http, StatusCodes.Status200OK, PrometheusExposition.MediaType, metrics.Write()),
            _ => WriteAsync(http, StatusCodes.Status404NotFound, "text/plain", ""),
        };
    }

    private static Task WriteAsync(HttpContext http, int status, string mediaType, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = mediaType;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(body, http.RequestAborted);
    }
}
