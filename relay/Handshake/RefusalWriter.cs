using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serverless.Contracts;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Handshake;

/// <summary>Answers a request that ends at the relay, and leaves the one line about it.</summary>
internal sealed class RefusalWriter(RelayMetrics metrics, ILogger<RefusalWriter> log)
{
    /// <summary>Name of this gateway in Proxy-Status (RFC 9209 §2).</summary>
    public const string ProxyName = "serverless-gateway";

    // People read it too; the default escapes for JSON inside HTML pages, which this media type never is.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the refusal as problem+json, or as a policy words it.</summary>
    public async Task WriteAsync(Exchange exchange, Refusal refusal)
    {
        var row = RefusalTable.Row(refusal.Reason);
        var status = refusal.Own?.Status ?? row.Status;
        metrics.Answered(exchange.IsUpgrade, row.Code);
        HandshakeLog.Refused(
            log,
            row.Level,
            exchange.Http.Request.Method,
            exchange.Path,
            exchange.ProductName,
            exchange.EnvironmentName,
            exchange.Client,
            status,
            row.Code);

        var problem = new ProblemDocument { Title = row.Title, Status = row.Status, Code = row.Code, Detail = refusal.Detail };
        var body = refusal.Own is { } own ? Encoding.UTF8.GetBytes(own.Text) : Write(problem).WrittenMemory;
        var response = exchange.Http.Response;
        response.StatusCode = status;
        response.ContentType = refusal.Own?.ContentType ?? ProblemDocument.MediaType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers["Proxy-Status"] = $"{ProxyName}; error={row.ProxyError}";
        if (refusal.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        }

        EndConnectionAfterUpgrade(exchange);
        if (refusal.Reason == RefusalReason.HandshakeVersion)
        {
            // RFC 6455 §4.4 and RFC 9110 §15.5.22.
            response.Headers.SecWebSocketVersion = "13";
            response.Headers.Upgrade = "websocket";
            response.Headers.Connection = "Upgrade, close";
        }

        await response.Body.WriteAsync(body, exchange.Http.RequestAborted);
    }

    private static ArrayBufferWriter<byte> Write(ProblemDocument problem)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body, Readable);
        JsonSerializer.Serialize(writer, problem, ContractsJson.Default.ProblemDocument);
        return body;
    }

    /// <summary>
    /// A client whose handshake failed may have sent frames already; read as the next request they would be a
    /// smuggled one.
    /// </summary>
    public static void EndConnectionAfterUpgrade(Exchange exchange)
    {
        if (exchange.IsUpgrade)
        {
            exchange.Http.Response.Headers.Connection = "close";
        }
    }
}
