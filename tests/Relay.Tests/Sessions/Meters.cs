using System.Diagnostics.Metrics;
using Serverless.Relay.Observability;

namespace Serverless.Relay.Tests.Sessions;

/// <summary>Metrics that nobody reads.</summary>
internal sealed class Meters : IMeterFactory
{
    public static RelayMetrics Unread => new(new Meters());

    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
