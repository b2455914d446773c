using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Serverless.Contracts;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Handshake;

/// <summary>Answers a request that ends at the relay, and leaves the one line about it.</summary>
internal sealed class RefusalWriter(RefusalCloser closer, RelayMetrics metrics, RefusalCounts counts, ILogger<RefusalWriter> log)
{
    /// <summary>Name of this gateway in Proxy-Status (RFC 9209 §2).</summary>
    public const string ProxyName = "serverless-gateway";

    // People read it too; the default escapes for JSON inside HTML pages, which this media type never is.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes the refusal as a policy or the product words it, or else as problem+json. Programs find the code in Proxy-Status
    /// either way; and pages in a Close, where the product tells them.
    /// </summary>
    public async Task WriteAsync(Exchange exchange, Refusal refusal)
    {
        var row = RefusalTable.Row(refusal.Reason);
        var own = Own(refusal.Own) ?? Own(exchange.Product?.Version.Snapshot.ErrorAnswers, row.Kind);
        var status = own?.Status ?? row.Status;
        metrics.Answered(exchange.IsUpgrade, row.Code);
        counts.Add(exchange.Product?.Pointer.Product, row.Code);
        if (exchange.IsUpgrade)
        {
            metrics.HandshakeTook("refused", exchange.Elapsed);
        }

        HandshakeLog.Refused(
            log,
            row.Level,
            exchange.Method,
            exchange.Path,
            exchange.ProductName,
            exchange.EnvironmentName,
            exchange.Client,
            status,
            row.Code);
        if (RefusalCloser.Serves(exchange))
        {
            await closer.CloseAsync(exchange, new CloseReason(row.Close, row.Code));
            return;
        }

        var body = own is null ? Problem(row, refusal.Detail) : Text(own);
        var response = exchange.Http.Response;
        response.StatusCode = status;
        response.ContentType = own?.ContentType ?? ProblemDocument.MediaType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers["Proxy-Status"] = $"{ProxyName}; error={row.ProxyError}; details=\"{row.Code}\"";
        if (refusal.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        }

        EndConnectionAfterUpgrade(exchange);
        if (refusal.Reason == RefusalReason.HandshakeVersion)
        {
            // RFC 6455 §4.4.
            response.Headers.SecWebSocketVersion = "13";
        }

        if (exchange.OwnsConnection && refusal.Reason == RefusalReason.HandshakeVersion)
        {
            // RFC 9110 §15.5.22.
            response.Headers.Upgrade = "websocket";
            response.Headers.Connection = "Upgrade, close";
        }
        else if (exchange.OwnsConnection && refusal.Reason == RefusalReason.Overloaded)
        {
            // Whoever is told to go elsewhere should not keep a place here.
            response.Headers.Connection = "close";
        }

        await response.Body.WriteAsync(body, exchange.Http.RequestAborted);
    }

    private static ErrorAnswer? Own(OwnAnswer? answer) => answer is null
        ? null
        : new() { Status = answer.Status, ContentType = answer.ContentType, Text = answer.Text };

    private static ErrorAnswer? Own(ErrorAnswers? answers, RefusalKind kind) => kind switch
    {
        RefusalKind.CredentialsMissing => answers?.CredentialsMissing,
        RefusalKind.AuthenticationFailed => answers?.AuthenticationFailed,
        RefusalKind.NoMatch => answers?.NoMatch,
        RefusalKind.LimitsExceeded => answers?.LimitsExceeded,
        _ => null,
    };

    private static ReadOnlyMemory<byte> Text(ErrorAnswer answer)
    {
        var charset = MediaTypeHeaderValue.TryParse(answer.ContentType, out var type) ? type.Encoding : null;
        return (charset ?? Encoding.UTF8).GetBytes(answer.Text);
    }

    private static ReadOnlyMemory<byte> Problem(RefusalRow row, string? detail)
    {
        var problem = new ProblemDocument { Title = row.Title, Status = row.Status, Code = row.Code, Detail = detail };
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body, Readable);
        JsonSerializer.Serialize(writer, problem, ContractsJson.Default.ProblemDocument);
        writer.Flush();
        return body.WrittenMemory;
    }

    /// <summary>
    /// A client whose handshake failed may have sent frames already; read as the next request they would be a
    /// smuggled one. In HTTP/2 they would be of a stream that has ended.
    /// </summary>
    public static void EndConnectionAfterUpgrade(Exchange exchange)
    {
        if (exchange.IsUpgrade && exchange.OwnsConnection)
        {
            exchange.Http.Response.Headers.Connection = "close";
        }
    }
}
