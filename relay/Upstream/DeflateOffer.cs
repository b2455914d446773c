using System.Globalization;

namespace Serverless.Relay.Upstream;

/// <summary>Whether an accepted permessage-deflate is one that the client offered (RFC 7692 §7.1).</summary>
internal static class DeflateOffer
{
    /// <summary>Name of the extension.</summary>
    public const string Name = "permessage-deflate";

    private const int LeastBits = 8;
    private const int MostBits = 15;

    /// <summary>
    /// Whether <paramref name="accepted"/> answers one of <paramref name="offers"/>: nothing that RFC 7692 does not know, nothing
    /// twice, and of what an offer decides, that.
    /// </summary>
    public static bool Covers(IEnumerable<string> offers, string accepted) =>
        Parse(accepted) is { } answer && answer.HasOnlyValues && offers.Any(offered => Parse(offered) is { } offer && Covers(offer, answer));

    private static bool Covers(Parameters offer, Parameters answer) =>
        (answer.ServerNoContextTakeover || !offer.ServerNoContextTakeover)
        && (answer.ClientMaxWindowBits is null || offer.ClientMaxWindowBits is { } client && Bits(answer.ClientMaxWindowBits) <= Bits(client))
        && (offer.ServerMaxWindowBits is not { } server
            || (answer.ServerMaxWindowBits is { } bits && Bits(bits) <= Bits(server)));

    private static int Bits(string value) => value.Length == 0 ? MostBits : int.Parse(value, CultureInfo.InvariantCulture);

    private static Parameters? Parse(string extension)
    {
        var parts = extension.Split(';', StringSplitOptions.TrimEntries);
        var seen = new HashSet<string>();
        var parameters = new Parameters();
        foreach (var part in parts[1..])
        {
            var equals = part.IndexOf('=');
            var name = (equals < 0 ? part : part[..equals]).Trim();
            var value = equals < 0 ? "" : part[(equals + 1)..].Trim().Trim('"');
            if (!seen.Add(name) || (equals >= 0 && !IsBits(value)))
            {
                return null;
            }

            switch (name, equals < 0)
            {
                case ("server_no_context_takeover", true):
                    parameters.ServerNoContextTakeover = true;
                    break;
                case ("client_no_context_takeover", true):
                    break;
                case ("server_max_window_bits", false):
                    parameters.ServerMaxWindowBits = value;
                    break;
                case ("client_max_window_bits", _):
                    parameters.ClientMaxWindowBits = value;
                    break;
                default:
                    return null;
            }
        }

        return parameters;
    }

    private static bool IsBits(string value) =>
        value is not ['0', ..] && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
        && bits is >= LeastBits and <= MostBits;

    private sealed class Parameters
    {
        public bool ServerNoContextTakeover { get; set; }

        public string? ServerMaxWindowBits { get; set; }

        /// <summary>Empty when it is there without a value, which is only for offers.</summary>
        public string? ClientMaxWindowBits { get; set; }

        public bool HasOnlyValues => ClientMaxWindowBits is not "";
    }
}
