using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Upstream;

/// <summary>How far a connection to a backend has come.</summary>
internal enum UpstreamStep
{
    /// <summary>Resolving the name and opening a TCP connection.</summary>
    Connect,

    /// <summary>The TLS handshake.</summary>
    Secure,

    /// <summary>Sending the request and reading the head of the answer.</summary>
    Answer,
}

/// <summary>The one table from step and exception to a refusal.</summary>
internal static class UpstreamFailure
{
    /// <summary>Null for an exception that is no fault of a backend's.</summary>
    public static RefusalReason? Reason(UpstreamStep step, Exception e) => (step, e) switch
    {
        (UpstreamStep.Connect, SocketException or TimeoutException) => RefusalReason.BackendUnreachable,
        (_, OperationCanceledException) => RefusalReason.BackendTimeout,
        (UpstreamStep.Secure, AuthenticationException or IOException or CryptographicException) => RefusalReason.BackendTlsFailed,
        (UpstreamStep.Answer, IOException or InvalidDataException) => RefusalReason.BackendHandshakeInvalid,
        _ => null,
    };

    /// <summary>One sentence for the client, without a word about the private network.</summary>
    public static Refusal Refusal(RefusalReason reason) => new(reason, reason switch
    {
        RefusalReason.BackendUnreachable => "Nothing accepts connections for the backend of this product.",
        RefusalReason.BackendTlsFailed => "The backend of this product could not be reached securely.",
        RefusalReason.BackendTimeout => "The backend of this product did not answer in time.",
        RefusalReason.BackendHandshakeInvalid => "The backend of this product did not give a valid answer.",
        _ => null,
    });
}
