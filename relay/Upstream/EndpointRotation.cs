using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Serverless.Contracts;

namespace Serverless.Relay.Upstream;

/// <summary>
/// In which order the endpoints of a backend are tried: every connection begins with the next one, and those that could
/// not be reached a short while ago come last. Remembered by the backend's name, whichever version of whichever product
/// uses it.
/// </summary>
internal sealed class EndpointRotation(IOptions<UpstreamOptions> options, TimeProvider time)
{
    // Names of backends come and go with what is promoted; to forget them all costs a few attempts.
    private const int MaxBackends = 10_000;

    private static readonly TimeSpan LeastShare = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Ring> _rings = new(StringComparer.Ordinal);

    /// <summary>All endpoints of a backend, in the order in which to try them.</summary>
    public IReadOnlyList<BackendEndpoint> Of(BackendUsage usage)
    {
        var first = new BackendEndpoint(usage, usage.PrivateBaseUrl);
        if (usage.Endpoints.Count == 0)
        {
            return [first];
        }

        if (_rings.Count >= MaxBackends)
        {
            _rings.Clear();
        }

        return _rings.GetOrAdd(usage.Backend, static _ => new Ring()).Order(
            [first, .. usage.Endpoints.Select(url => new BackendEndpoint(usage, url))], options.Value.EndpointPause, time);
    }

    /// <summary>Notes that an endpoint took a connection.</summary>
    public void Reached(BackendEndpoint endpoint) => Find(endpoint)?.Reached(endpoint.Url);

    /// <summary>Notes that an endpoint took none.</summary>
    public void Missed(BackendEndpoint endpoint) => Find(endpoint)?.Missed(endpoint.Url, time.GetTimestamp());

    /// <summary>What one of several endpoints gets of a time that is meant for all: an even share, a second at least.</summary>
    public static TimeSpan Share(TimeSpan total, int endpoints)
    {
        var share = total / endpoints;
        return share >= LeastShare ? share : total < LeastShare ? total : LeastShare;
    }

    private Ring? Find(BackendEndpoint endpoint) =>
        endpoint.Usage.Endpoints.Count == 0 ? null : _rings.GetValueOrDefault(endpoint.Usage.Backend);

    private sealed class Ring
    {
        private const int MaxMissed = 64;

        private readonly Lock _lock = new();
        private readonly Dictionary<Uri, long> _missed = [];
        private uint _turn;

        public List<BackendEndpoint> Order(BackendEndpoint[] endpoints, TimeSpan pause, TimeProvider time)
        {
            lock (_lock)
            {
                var good = Array.FindAll(endpoints, endpoint => !IsAvoided(endpoint.Url, pause, time));
                List<BackendEndpoint> order = new(endpoints.Length);
                var turn = (int)(_turn++ % Math.Max(1, good.Length));
                order.AddRange(good[turn..]);
                order.AddRange(good[..turn]);
                order.AddRange(endpoints.Except(good));

                // One connection finds out whether it is back; until then the others still go past it.
                if (good.Length > 0 && _missed.ContainsKey(order[0].Url))
                {
                    _missed[order[0].Url] = time.GetTimestamp();
                }

                return order;
            }
        }

        public void Reached(Uri url)
        {
            lock (_lock)
            {
                _missed.Remove(url);
            }
        }

        public void Missed(Uri url, long now)
        {
            lock (_lock)
            {
                // URLs that no configuration has any more would stay for ever.
                if (_missed.Count >= MaxMissed)
                {
                    _missed.Clear();
                }

                _missed[url] = now;
            }
        }

        private bool IsAvoided(Uri url, TimeSpan pause, TimeProvider time) =>
            _missed.TryGetValue(url, out var since) && time.GetElapsedTime(since) < pause;
    }
}
