using System.Net.Security;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Upstream;

/// <summary>
/// Repeats a WebSocket handshake at a backend, on a connection of its own, and tells what the backend made of it. Written
/// here and not left to an HTTP client, as only so it is known which bytes follow the 101.
/// </summary>
internal sealed class UpstreamDialer(IOptions<UpstreamOptions> options, TimeProvider time, ILogger<UpstreamDialer> log)
{
    /// <summary>
    /// Dials and asks. The target is the path of the private base URL, then <see cref="UpgradeRequest.PathAndQuery"/>.
    /// Everything that a backend can do wrong is an answer; only <paramref name="cancel"/> throws.
    /// </summary>
    /// <exception cref="OperationCanceledException">By <paramref name="cancel"/>.</exception>
    public async Task<UpgradeAnswer> OpenAsync(UpgradeRequest request, CancellationToken cancel)
    {
        if (!UpgradeHead.TryWrite(request, out var head) || request.Headers.Values("Sec-WebSocket-Key").Count() != 1)
        {
            return new UpgradeAnswer.Failed(
                new Refusal(RefusalReason.HandshakeInvalid, "The request cannot be passed on as an HTTP/1.1 handshake."));
        }

        var usage = request.Usage;
        var step = UpstreamStep.Connect;
        Stream? connection = null;
        try
        {
            connection = await BackendConnection.OpenAsync(usage, options.Value.ConnectTimeout, time, cancel);

            using var late = new CancellationTokenSource(options.Value.HandshakeTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
            if (usage.UsesTls())
            {
                step = UpstreamStep.Secure;
                var secured = new SslStream(connection);
                connection = secured;
                await secured.AuthenticateAsClientAsync(TlsOptions(usage), either.Token);
            }

            step = UpstreamStep.Answer;
            await connection.WriteAsync(head, either.Token);
            var answer = await ReadAnswerAsync(request, connection, either.Token);
            connection = null;
            return answer;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && UpstreamFailure.Reason(step, e) is not null)
        {
            var reason = UpstreamFailure.Reason(step, e)!.Value;
            UpstreamLog.Failed(log, usage.Backend, usage.HostHeader(), reason, step, e.Message);
            return new UpgradeAnswer.Failed(UpstreamFailure.Refusal(reason));
        }
        catch (Exception e) when (cancel.IsCancellationRequested && UpstreamFailure.Reason(step, e) is not null)
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

    private SslClientAuthenticationOptions TlsOptions(BackendUsage usage) => BackendTrust.Options(
        usage, complaint => UpstreamLog.CertificateRefused(log, usage.Backend, usage.HostHeader(), complaint));

    private async Task<UpgradeAnswer> ReadAnswerAsync(UpgradeRequest request, Stream connection, CancellationToken cancel)
    {
        var reader = new HeadReader(connection);
        var head = await reader.ReadAsync(cancel);
        var rest = reader.Rest.IsEmpty ? connection : new RejoinedStream(reader.Rest.ToArray(), connection);
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
}
