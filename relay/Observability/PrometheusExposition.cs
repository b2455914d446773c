using System.Diagnostics.Metrics;
using System.Text;

namespace Serverless.Relay.Observability;

/// <summary>The relay's own meter in the text format of Prometheus (version 0.0.4).</summary>
internal sealed class PrometheusExposition : IDisposable
{
    /// <summary>Media type of the text.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, PrometheusFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public PrometheusExposition(RelayMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == metrics.Meter)
            {
                listener.EnableMeasurementEvents(instrument, Add(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record(family, value, tags));
        _listener.Start();
    }

    /// <summary>All families as they are now.</summary>
    public string Write()
    {
        // Asks the instruments that only know their value; they answer through the callbacks above.
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_gate)
        {
            foreach (var family in _families.Values)
            {
                family.Write(text);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private PrometheusFamily Add(Instrument instrument)
    {
        var family = new PrometheusFamily(instrument);
        lock (_gate)
        {
            return _families[family.Name] = family;
        }
    }

    private void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusFamily.Labels(tags);
        lock (_gate)
        {
            ((PrometheusFamily)family!).Record(labels, value);
        }
    }
}
