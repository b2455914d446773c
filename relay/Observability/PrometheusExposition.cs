using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Serverless.Relay.Observability;

/// <summary>The relay's own meter in the text format of Prometheus (version 0.0.4).</summary>
internal sealed class PrometheusExposition : IDisposable
{
    /// <summary>Media type of the text.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    // Seconds: from a refused subprotocol to a day, because sockets live long.
    private static readonly double[] Bounds = [0.1, 1, 10, 60, 300, 1800, 3600, 21_600, 86_400];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
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
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record((Family)family!, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record((Family)family!, value, tags));
        _listener.Start();
    }

    /// <summary>All families as they are now.</summary>
    public string Write()
    {
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

    private Family Add(Instrument instrument)
    {
        var (type, suffix) = instrument switch
        {
            Counter<long> => ("counter", "_total"),
            Histogram<double> => ("histogram", "_seconds"),
            _ => ("gauge", ""),
        };
        var family = new Family(instrument.Name.Replace('.', '_') + suffix, type, instrument.Description ?? "");
        lock (_gate)
        {
            return _families[family.Name] = family;
        }
    }

    private void Record(Family family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, tag) in tags)
        {
            labels.Append(CultureInfo.InvariantCulture, $"{(labels.Length == 0 ? "" : ",")}{name}=\"{tag}\"");
        }

        lock (_gate)
        {
            family.Record(labels.ToString(), value);
        }
    }

    private sealed class Family(string name, string type, string help)
    {
        private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

        public string Name => name;

        public void Record(string labels, double value)
        {
            if (!_series.TryGetValue(labels, out var series))
            {
                _series[labels] = series = new Series();
            }

            series.Sum += value;
            series.Count++;
            series.Buckets[Array.FindIndex(Bounds, bound => value <= bound) is >= 0 and var at ? at : Bounds.Length]++;
        }

        public void Write(StringBuilder text)
        {
            Line(text, $"# HELP {name} {help}");
            Line(text, $"# TYPE {name} {type}");
            foreach (var (labels, series) in _series)
            {
                if (type == "histogram")
                {
                    WriteHistogram(text, labels, series);
                }
                else
                {
                    Line(text, $"{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {series.Sum}");
                }
            }
        }

        private void WriteHistogram(StringBuilder text, string labels, Series series)
        {
            long below = 0;
            for (var i = 0; i < series.Buckets.Length; i++)
            {
                below += series.Buckets[i];
                var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, $"{name}_bucket{{{labels}{(labels.Length == 0 ? "" : ",")}le=\"{bound}\"}} {below}");
            }

            Line(text, $"{name}_sum{{{labels}}} {series.Sum}");
            Line(text, $"{name}_count{{{labels}}} {series.Count}");
        }

        private static void Line(StringBuilder text, FormattableString line) =>
            text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private sealed class Series
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[Bounds.Length + 1];
    }
}
