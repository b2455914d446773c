using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Upstream;

/// <summary>Log messages about backends; here, and only here, private addresses are named. The next free id is 2505.</summary>
internal static partial class UpstreamLog
{
    [LoggerMessage(2500, LogLevel.Warning, "Backend {Backend} at {Host}: {Reason} while it was to {Step}: {Cause}")]
    public static partial void Failed(
        ILogger logger, string backend, string host, RefusalReason reason, UpstreamStep step, string cause);

    [LoggerMessage(2501, LogLevel.Warning, "Backend {Backend} at {Host}: certificate refused: {Complaint}")]
    public static partial void CertificateRefused(ILogger logger, string backend, string host, string complaint);

    [LoggerMessage(2502, LogLevel.Debug, "Backend {Backend} at {Host}: the answer broke off: {Cause}")]
    public static partial void BrokeOff(ILogger logger, string backend, string host, string cause);

    [LoggerMessage(2503, LogLevel.Information, "Client certificate {Name} loaded: {Thumbprint}")]
    public static partial void ClientCertificateLoaded(ILogger logger, string name, string thumbprint);

    [LoggerMessage(2504, LogLevel.Warning, "The changed client certificate {Name} cannot be read, the last one stays: {Cause}")]
    public static partial void ClientCertificateKept(ILogger logger, string name, string cause);
}
