using System.Text.Json;

namespace Serverless.Relay.Observability;

/// <summary>
/// What the management port answers: <c>/live</c> (the process runs), <c>/ready</c> (send it clients, or why not),
/// <c>/metrics</c>.
/// </summary>
internal sealed class ManagementEndpoints(Readiness readiness, RelayMetrics metrics, PrometheusExposition exposition)
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
                http, StatusCodes.Status503ServiceUnavailable, "application/json", NotReady(reason)),
            "/ready" => WriteAsync(http, StatusCodes.Status200OK, "application/json", """{"status":"ready"}"""),
            "/metrics" => WriteAsync(http, StatusCodes.Status200OK, PrometheusExposition.MediaType, exposition.Write()),
            _ => WriteAsync(http, StatusCodes.Status404NotFound, "text/plain", ""),
        };
    }

    // Who stops a relay wants to know how far it is.
    private string NotReady(string reason) => readiness.Draining
        ? $$"""{"status":"not_ready","reason":"{{JsonEncodedText.Encode(reason)}}","open":{{metrics.OpenTunnels}}}"""
        : $$"""{"status":"not_ready","reason":"{{JsonEncodedText.Encode(reason)}}"}""";

    private static Task WriteAsync(HttpContext http, int status, string mediaType, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = mediaType;
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(body, http.RequestAborted);
    }
}
