using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Upstream;

/// <summary>Forwards plain HTTP requests of a product, streamed both ways, over pooled connections.</summary>
internal sealed class HttpForwarder(
    ForwardingClients clients,
    EndpointRotation rotation,
    IOptions<UpstreamOptions> options,
    TimeProvider time,
    ILogger<HttpForwarder> log)
{
    /// <summary>
    /// Sends the request of <paramref name="http"/> with its method and body, but with target and headers of
    /// <paramref name="request"/>, and writes the answer to its response; at the next endpoint where one cannot be
    /// reached. Returns a refusal when nothing has been written; null when the answer has, or has been cut off because the
    /// backend broke off.
    /// </summary>
    /// <exception cref="OperationCanceledException">By <paramref name="cancel"/>.</exception>
    public async Task<Refusal?> ForwardAsync(BackendRequest request, HttpContext http, CancellationToken cancel)
    {
        if (request.Headers.Any(h => !HeaderList.IsToken(h.Key) || !HeaderList.IsValue(h.Value)))
        {
            return new Refusal(RefusalReason.HandshakeInvalid, "A header cannot be passed on.");
        }

        var responseTimeout = request.AnswerTimeout ?? options.Value.ResponseTimeout;
        using var late = new CancellationTokenSource(responseTimeout, time);
        var endpoints = rotation.Of(request.Usage);
        var connectTimeout = EndpointRotation.Share(request.ConnectTimeout ?? options.Value.ConnectTimeout, endpoints.Count);
        for (var i = 0; ; i++)
        {
            var body = http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
                ? new ForwardedBody(http.Request.Body, http.Request.ContentLength, () => late.CancelAfter(responseTimeout))
                : null;
            using var message = Message(request, endpoints[i], http.Request.Method, body);
            var refusal = await ForwardAsync(endpoints[i], connectTimeout, message, body, http, late, cancel);
            if (refusal is not { Reason: RefusalReason.BackendUnreachable or RefusalReason.BackendTlsFailed })
            {
                return refusal;
            }

            rotation.Missed(endpoints[i]);
            if (i == endpoints.Count - 1 || body is { Begun: true })
            {
                return refusal;
            }
        }
    }

    private async Task<Refusal?> ForwardAsync(
        BackendEndpoint endpoint,
        TimeSpan connectTimeout,
        HttpRequestMessage message,
        ForwardedBody? body,
        HttpContext http,
        CancellationTokenSource late,
        CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            using var lease = clients.Borrow(endpoint, connectTimeout);
            using var answer = await lease.Invoker.SendAsync(message, either.Token);
            rotation.Reached(endpoint);
            if (answer.StatusCode == HttpStatusCode.SwitchingProtocols)
            {
                return Refuse(endpoint, RefusalReason.BackendHandshakeInvalid, "101 to a request without Upgrade");
            }

            await AnswerAsync(endpoint, answer, http, cancel);
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
            return Refuse(endpoint, Reason(e, late.IsCancellationRequested)!.Value, e.InnerException?.Message ?? e.Message);
        }
    }

    private static HttpRequestMessage Message(
        BackendRequest request, BackendEndpoint endpoint, string method, ForwardedBody? body)
    {
        // Always http, as the connections come with their TLS.
        var url = $"http://{endpoint.Authority}{endpoint.Target(request.PathAndQuery)}";
        var message = new HttpRequestMessage(
            new HttpMethod(method),
            new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        message.Headers.Host = request.HostRewrite ?? endpoint.HostHeader;
        foreach (var (name, value) in request.Headers.EndToEnd())
        {
            // Expect has been answered by the relay; Host and Content-Length follow from the request itself.
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Expect", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                body?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private async Task AnswerAsync(BackendEndpoint endpoint, HttpResponseMessage answer, HttpContext http, CancellationToken cancel)
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
            UpstreamLog.BrokeOff(log, endpoint.Usage.Backend, endpoint.HostHeader, e.Message);
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

    private Refusal Refuse(BackendEndpoint endpoint, RefusalReason reason, string cause)
    {
        var step = reason switch
        {
            RefusalReason.BackendUnreachable => UpstreamStep.Connect,
            RefusalReason.BackendTlsFailed => UpstreamStep.Secure,
            _ => UpstreamStep.Answer,
        };
        UpstreamLog.Failed(log, endpoint.Usage.Backend, endpoint.HostHeader, reason, step, cause);
        return UpstreamFailure.Refusal(reason);
    }

    private static RefusalReason? Reason(Exception e, bool late) => e switch
    {
        OperationCanceledException when late => RefusalReason.BackendTimeout,

        // The handler reports its own connect timeout so.
        OperationCanceledException => RefusalReason.BackendUnreachable,
        CryptographicException => RefusalReason.BackendTlsFailed,
        HttpRequestException { InnerException: AuthenticationException or CryptographicException } => RefusalReason.BackendTlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError } =>
            RefusalReason.BackendUnreachable,
        HttpRequestException => RefusalReason.BackendHandshakeInvalid,
        _ => null,
    };
}
