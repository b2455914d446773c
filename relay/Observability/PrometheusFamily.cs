using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Serverless.Relay.Observability;

/// <summary>One instrument with all its series, as Prometheus writes them. Not safe for several threads.</summary>
internal sealed class PrometheusFamily
{
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<double> _bounds;
    private readonly string _type;
    private readonly string _help;
    private readonly bool _isObserved;

    public PrometheusFamily(Instrument instrument)
    {
        (_type, var suffix) = instrument switch
        {
            Counter<long> or ObservableCounter<long> => ("counter", "_total"),
            Histogram<double> => ("histogram", "_seconds"),
            _ => ("gauge", ""),
        };
        Name = instrument.Name.Replace('.', '_') + suffix;
        _help = (instrument.Description ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];
        _isObserved = instrument.IsObservable;
    }

    /// <summary>Name of the family.</summary>
    public string Name { get; }

    /// <summary>Tags as labels, their values escaped.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, tag) in tags)
        {
            var value = Convert.ToString(tag, CultureInfo.InvariantCulture)!
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            labels.Append(labels.Length == 0 ? "" : ",").Append(name).Append("=\"").Append(value).Append('"');
        }

        return labels.ToString();
    }

    /// <summary>Adds a measurement; of an observed instrument it is the value itself.</summary>
    public void Record(string labels, double value)
    {
        if (!_series.TryGetValue(labels, out var series))
        {
            _series[labels] = series = new Series(_bounds.Count + 1);
        }

        series.Sum = _isObserved ? value : series.Sum + value;
        series.Count++;
        var at = 0;
        while (at < _bounds.Count && value > _bounds[at])
        {
            at++;
        }

        series.Buckets[at]++;
    }

    /// <summary>Writes the family with all its series.</summary>
    public void Write(StringBuilder text)
    {
        Line(text, $"# HELP {Name} {_help}");
        Line(text, $"# TYPE {Name} {_type}");
        foreach (var (labels, series) in _series)
        {
            if (_type == "histogram")
            {
                WriteHistogram(text, labels, series);
            }
            else
            {
                Line(text, $"{Name}{InBraces(labels)} {series.Sum}");
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Series series)
    {
        long below = 0;
        for (var i = 0; i < series.Buckets.Length; i++)
        {
            below += series.Buckets[i];
            var bound = i < _bounds.Count ? _bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(text, $"{Name}_bucket{{{labels}{(labels.Length == 0 ? "" : ",")}le=\"{bound}\"}} {below}");
        }

        Line(text, $"{Name}_sum{InBraces(labels)} {series.Sum}");
        Line(text, $"{Name}_count{InBraces(labels)} {series.Count}");
    }

    private static string InBraces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private sealed class Series(int buckets)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[buckets];
    }
}
