using System.Collections.Concurrent;

namespace Serverless.Relay.Observability;

/// <summary>
/// The series of every product that has had a tunnel here. Bounded: products beyond the first
/// <see cref="MostProducts"/> are counted together, because each one's series stay for as long as the relay runs.
/// </summary>
internal sealed class TunnelSeriesTable
{
    /// <summary>So many pairs of product and environment have series of their own: about 1,200 lines of text.</summary>
    public const int MostProducts = 200;

    /// <summary>Name of all products beyond.</summary>
    public const string Others = "other products";

    private readonly ConcurrentDictionary<(string Product, string Environment), TunnelSeries> _series = new();
    private readonly Lock _adding = new();

    /// <summary>All series.</summary>
    public IEnumerable<TunnelSeries> All => _series.Select(entry => entry.Value);

    /// <summary>The series of a product in an environment.</summary>
    public TunnelSeries Of(string product, string environment)
    {
        if (_series.TryGetValue((product, environment), out var known))
        {
            return known;
        }

        lock (_adding)
        {
            var own = _series.Count < MostProducts || _series.ContainsKey((product, environment));
            var name = own ? product : Others;
            return _series.GetOrAdd((name, environment), key => new TunnelSeries(key.Product, key.Environment));
        }
    }
}
