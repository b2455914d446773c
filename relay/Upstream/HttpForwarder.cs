using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Upstream;

/// <summary>Forwards plain HTTP requests of a product, streamed both ways, over pooled connections.</summary>
internal sealed class HttpForwarder(
    ForwardingClients clients, IOptions<UpstreamOptions> options, TimeProvider time, ILogger<HttpForwarder> log)
{
    /// <summary>
    /// Sends the request of <paramref name="http"/> with its method and body, but with the target and the headers given
    /// (as in <see cref="UpgradeRequest"/>), and writes the answer to its response. Returns a refusal when nothing has
    /// been written; null when the answer has, or has been cut off because the backend broke off.
    /// </summary>
    /// <exception cref="OperationCanceledException">By <paramref name="cancel"/>.</exception>
    public async Task<Refusal?> ForwardAsync(
        BackendUsage usage,
        string pathAndQuery,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        HttpContext http,
        CancellationToken cancel)
    {
        if (headers.Any(h => !HeaderList.IsToken(h.Key) || !HeaderList.IsValue(h.Value)))
        {
            return new Refusal(RefusalReason.HandshakeInvalid, "A header cannot be passed on.");
        }

        using var late = new CancellationTokenSource(options.Value.ResponseTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        var body = http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? new ForwardedBody(http.Request.Body, http.Request.ContentLength, () => late.CancelAfter(options.Value.ResponseTimeout))
            : null;
        using var request = Request(usage, pathAndQuery, headers, http.Request.Method, body);
        try
        {
            using var lease = clients.Borrow(usage);
            using var answer = await lease.Invoker.SendAsync(request, either.Token);
            if (answer.StatusCode == HttpStatusCode.SwitchingProtocols)
            {
                return Refuse(usage, RefusalReason.BackendHandshakeInvalid, "101 to a request without Upgrade");
            }

            await AnswerAsync(usage, answer, http, cancel);
            return null;
        }
        catch (Exception) when (body?.ClientFailure is not null)
        {
            ExceptionDispatchInfo.Throw(body.ClientFailure);
            throw;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && !http.Response.HasStarted
            && Reason(e, late.IsCancellationRequested) is not null)
        {
            return Refuse(usage, Reason(e, late.IsCancellationRequested)!.Value, e.InnerException?.Message ?? e.Message);
        }
    }

    private static HttpRequestMessage Request(
        BackendUsage usage,
        string pathAndQuery,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        string method,
        ForwardedBody? body)
    {
        var url = $"{(usage.UsesTls() ? "https" : "http")}://{usage.HostHeader()}{usage.Target(pathAndQuery)}";
        var request = new HttpRequestMessage(
            new HttpMethod(method),
            new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        foreach (var (name, value) in headers.EndToEnd())
        {
            // Expect has been answered by the relay; Host and Content-Length follow from the request itself.
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Expect", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                body?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }

    private async Task AnswerAsync(BackendUsage usage, HttpResponseMessage answer, HttpContext http, CancellationToken cancel)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = answer.ReasonPhrase;
        var all = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .SelectMany(h => h.Value, (h, value) => KeyValuePair.Create(h.Key, value))
            .ToList();
        foreach (var (name, value) in all.EndToEnd())
        {
            http.Response.Headers.Append(name, value);
        }

        http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        await http.Response.StartAsync(cancel);
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                // An empty read ends when there is something to read: a quiet event stream holds no buffer, and the head
                // goes out before the first event.
                var ready = body.ReadAsync(Memory<byte>.Empty, cancel);
                if (!ready.IsCompleted)
                {
                    await http.Response.Body.FlushAsync(cancel);
                }

                _ = await ready;
                buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
                var read = await body.ReadAsync(buffer, cancel);
                if (read == 0)
                {
                    return;
                }

                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), cancel);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
            }
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is IOException or HttpRequestException)
        {
            // The head is gone: cutting the connection is the only way left to say that this is not the whole answer.
            UpstreamLog.BrokeOff(log, usage.Backend, usage.HostHeader(), e.Message);
            http.Abort();
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private Refusal Refuse(BackendUsage usage, RefusalReason reason, string cause)
    {
        var step = reason switch
        {
            RefusalReason.BackendUnreachable => UpstreamStep.Connect,
            RefusalReason.BackendTlsFailed => UpstreamStep.Secure,
            _ => UpstreamStep.Answer,
        };
        UpstreamLog.Failed(log, usage.Backend, usage.HostHeader(), reason, step, cause);
        return UpstreamFailure.Refusal(reason);
    }

    private static RefusalReason? Reason(Exception e, bool late) => e switch
    {
        OperationCanceledException when late => RefusalReason.BackendTimeout,

        // The handler reports its own connect timeout so.
        OperationCanceledException => RefusalReason.BackendUnreachable,
        CryptographicException => RefusalReason.BackendTlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => RefusalReason.BackendTlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError } =>
            RefusalReason.BackendUnreachable,
        HttpRequestException => RefusalReason.BackendHandshakeInvalid,
        _ => null,
    };
}
