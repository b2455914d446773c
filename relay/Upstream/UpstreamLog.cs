using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Upstream;

/// <summary>Log messages about backends; here, and only here, private addresses are named. The next free id is 2503.</summary>
internal static partial class UpstreamLog
{
    [LoggerMessage(2500, LogLevel.Warning, "Backend {Backend} at {Host}: {Reason} while it was to {Step}: {Cause}")]
    public static partial void Failed(
        ILogger logger, string backend, string host, RefusalReason reason, UpstreamStep step, string cause);

    [LoggerMessage(2501, LogLevel.Warning, "Backend {Backend} at {Host}: certificate refused: {Complaint}")]
    public static partial void CertificateRefused(ILogger logger, string backend, string host, string complaint);

    [LoggerMessage(2502, LogLevel.Debug, "Backend {Backend} at {Host}: the answer broke off: {Cause}")]
    public static partial void BrokeOff(ILogger logger, string backend, string host, string cause);
}
