using System.Net.Security;
using Microsoft.Extensions.Options;
using Serverless.Relay.Outcomes;
using Serverless.Relay.Sockets;

namespace Serverless.Relay.Upstream;

/// <summary>
/// Repeats a WebSocket handshake at a backend, on a connection of its own, and tells what the backend made of it. Written
/// here and not left to an HTTP client, as only so it is known which bytes follow the 101.
/// </summary>
internal sealed class UpstreamDialer(
    EndpointRotation rotation,
    ClientCertificates certificates,
    EventLoops loops,
    IOptions<UpstreamOptions> options,
    TimeProvider time,
    ILogger<UpstreamDialer> log)
{
    /// <summary>
    /// Dials and asks, at the next endpoint where one cannot be reached. The target is the path of the private base URL,
    /// then <see cref="BackendRequest.PathAndQuery"/>. Everything that a backend can do wrong is an answer; only
    /// <paramref name="cancel"/> throws.
    /// </summary>
    /// <exception cref="OperationCanceledException">By <paramref name="cancel"/>.</exception>
    public async Task<UpgradeAnswer> OpenAsync(BackendRequest request, CancellationToken cancel)
    {
        var endpoints = rotation.Of(request.Usage);
        var brokenOff = 0;
        for (var i = 0; ; i++)
        {
            if (!UpgradeHead.TryWrite(request, endpoints[i], out var head) || request.Headers.Values("Sec-WebSocket-Key").Count() != 1)
            {
                return new UpgradeAnswer.Failed(
                    new Refusal(RefusalReason.HandshakeInvalid, "The request cannot be passed on as an HTTP/1.1 handshake."));
            }

            var attempt = new Attempt(endpoints[i], endpoints.Count);
            var answer = await OpenAsync(request, head, attempt, cancel);

            // One that hung up on the question is forgiven once: were it the question's fault, it would be put to all.
            if (answer is not UpgradeAnswer.Failed
                || i == endpoints.Count - 1
                || (attempt.Step == UpstreamStep.Answer && (!attempt.BrokeOffUnheard || brokenOff++ > 0)))
            {
                return answer;
            }
        }
    }

    private async Task<UpgradeAnswer> OpenAsync(BackendRequest request, byte[] head, Attempt attempt, CancellationToken cancel)
    {
        var endpoint = attempt.Endpoint;
        Stream? connection = null;
        try
        {
            var connectTimeout = EndpointRotation.Share(request.ConnectTimeout ?? options.Value.ConnectTimeout, attempt.Of);
            var loop = loops.Any && !endpoint.UsesTls ? loops.Next() : null;
            connection = await BackendConnection.OpenAsync(endpoint, connectTimeout, time, loop, cancel);

            var began = time.GetTimestamp();
            var handshakeTimeout = request.AnswerTimeout ?? options.Value.HandshakeTimeout;
            using var late = new CancellationTokenSource(handshakeTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
            if (endpoint.UsesTls)
            {
                attempt.Step = UpstreamStep.Secure;
                late.CancelAfter(EndpointRotation.Share(handshakeTimeout, attempt.Of));
                var secured = new SslStream(connection);
                connection = secured;
                await secured.AuthenticateAsClientAsync(TlsOptions(endpoint), either.Token);
                var left = handshakeTimeout - time.GetElapsedTime(began);
                late.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }

            attempt.Step = UpstreamStep.Answer;
            rotation.Reached(endpoint);
            await connection.WriteAsync(head, either.Token);
            var answer = await ReadAnswerAsync(request, connection, attempt, either.Token);
            connection = null;
            return answer;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && UpstreamFailure.Reason(attempt.Step, e) is not null)
        {
            var reason = UpstreamFailure.Reason(attempt.Step, e)!.Value;
            attempt.TimedOut = e is OperationCanceledException;
            UpstreamLog.Failed(log, endpoint.Usage.Backend, endpoint.HostHeader, reason, attempt.Step, e.Message);
            if (attempt.Step != UpstreamStep.Answer)
            {
                rotation.Missed(endpoint);
            }

            return new UpgradeAnswer.Failed(UpstreamFailure.Refusal(reason));
        }
        catch (Exception e) when (cancel.IsCancellationRequested && UpstreamFailure.Reason(attempt.Step, e) is not null)
        {
            throw new OperationCanceledException(e.Message, e, cancel);
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private SslClientAuthenticationOptions TlsOptions(BackendEndpoint endpoint) => BackendTrust.Options(
        endpoint,
        certificates.Find(endpoint.Usage.Tls.ClientCertificate),
        complaint => UpstreamLog.CertificateRefused(log, endpoint.Usage.Backend, endpoint.HostHeader, complaint));

    private async Task<UpgradeAnswer> ReadAnswerAsync(
        BackendRequest request, Stream connection, Attempt attempt, CancellationToken cancel)
    {
        var reader = attempt.Reader = new HeadReader(connection);
        var head = await reader.ReadAsync(cancel);
        var rest = Rejoin(reader.Rest, connection);
        if (head.Status != 101)
        {
            var body = new DeclinedBody(rest, BodyFraming.Of(head), options.Value.HandshakeTimeout, time);
            return new UpgradeAnswer.Declined(head.Status, head.ReasonPhrase, head.Headers.EndToEnd(), body);
        }

        if (UpgradeProof.Missing(request, head) is { } missing)
        {
            throw new InvalidDataException($"The 101 proves nothing: {missing}.");
        }

        // A 101 has no content, whatever it says (RFC 9110 §8.6).
        var headers = head.Headers.EndToEnd();
        headers.RemoveAll(h => h.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase));
        return new UpgradeAnswer.Opened(rest, headers);
    }

    private static Stream Rejoin(ReadOnlyMemory<byte> rest, Stream connection)
    {
        if (connection is LoopStream onLoop)
        {
            onLoop.PutBack(rest.ToArray());
            return onLoop;
        }

        return rest.IsEmpty ? connection : new RejoinedStream(rest.ToArray(), connection);
    }

    /// <summary>How far the handshake came at one of several endpoints.</summary>
    private sealed class Attempt(BackendEndpoint endpoint, int of)
    {
        public BackendEndpoint Endpoint => endpoint;

        public int Of => of;

        public UpstreamStep Step { get; set; } = UpstreamStep.Connect;

        public HeadReader? Reader { get; set; }

        public bool TimedOut { get; set; }

        public bool BrokeOffUnheard => !TimedOut && Reader is not { Started: true };
    }
}
