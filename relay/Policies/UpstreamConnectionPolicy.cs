using System.Text.Json;

namespace Serverless.Relay.Policies;

/// <summary>How long a backend may take for this request; null leaves the relay's own settings.</summary>
/// <param name="Connect">To a TCP connection.</param>
/// <param name="Answer">From there to the head of the answer.</param>
internal readonly record struct Patience(TimeSpan? Connect, TimeSpan? Answer);

/// <summary>Says how long the backends of a product may take.</summary>
internal sealed class UpstreamConnectionPolicy(Patience patience) : IHandshakePolicy
{
    /// <inheritdoc/>
    public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel)
    {
        request.Wait(patience);
        return new(Verdict.Pass);
    }

    /// <summary>As the chain has them, in seconds.</summary>
    internal sealed class Settings
    {
        public double? ConnectTimeout { get; set; }

        public double? ReadTimeout { get; set; }
    }

    internal sealed class Factory : IPolicyFactory
    {
        private const double Least = 0.05;

        public string Name => "upstream_connection";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.UpstreamConnection, errors) is not { } read)
            {
                return null;
            }

            if (read is { ConnectTimeout: < Least or > 300 or double.NaN } or { ReadTimeout: < Least or > 3600 or double.NaN })
            {
                errors.Add($"{Name}: connect_timeout needs 0.05 to 300 seconds, and read_timeout 0.05 to 3600.");
                return null;
            }

            return new UpstreamConnectionPolicy(new Patience(Seconds(read.ConnectTimeout), Seconds(read.ReadTimeout)));
        }

        private static TimeSpan? Seconds(double? value) => value is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
