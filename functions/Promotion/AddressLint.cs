using System.Globalization;
using System.Net;

namespace Serverless.Functions.Promotion;

/// <summary>What is odd about the addresses of an <c>ip_check</c>: nobody passes, or everybody does.</summary>
internal static class AddressLint
{
    // No connection comes from these: this network, multicast, reserved.
    private static readonly IReadOnlyList<Range> Nobody =
    [
        Range.Parse("0.0.0.0/8"), Range.Parse("224.0.0.0/3"), Range.Parse("::/128"), Range.Parse("ff00::/8"),
    ];

    private static readonly IReadOnlyList<Range> Everybody = [Range.Parse("0.0.0.0/0"), Range.Parse("::/0")];

    public static IEnumerable<Finding> Check(PlacedPolicy policy)
    {
        if (!policy.Configuration.TryGetProperty("ips", out var ips) || !policy.Configuration.TryGetProperty("check_type", out var type))
        {
            yield break;
        }

        var ranges = ips.EnumerateArray().Select(ip => Range.Parse(ip.GetString()!)).ToList();
        var all = Everybody.All(every => ranges.Exists(range => range.Covers(every)));
        var none = ranges.TrueForAll(range => Nobody.Any(nobody => nobody.Covers(range)));
        var at = policy.At + "/configuration/ips";
        if (type.ValueEquals("whitelist") ? none : all)
        {
            yield return Finding.Error(at, "no_client_passes", $"'{policy.Name}' refuses every address that a client can have.");
        }
        else if (type.ValueEquals("whitelist") ? all : none)
        {
            yield return Finding.Error(at, "ineffective", $"'{policy.Name}' accepts every address that a client can have: name some, or disable it.");
        }
    }

    private sealed record Range(byte[] Address, int Bits)
    {
        public static Range Parse(string text)
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            var address = IPAddress.Parse(slash < 0 ? text : text[..slash]).GetAddressBytes();
            return new(address, slash < 0 ? address.Length * 8 : int.Parse(text[(slash + 1)..], CultureInfo.InvariantCulture));
        }

        public bool Covers(Range other)
        {
            if (Address.Length != other.Address.Length || Bits > other.Bits)
            {
                return false;
            }

            for (var bit = 0; bit < Bits; bit++)
            {
                if (((Address[bit / 8] ^ other.Address[bit / 8]) & (0x80 >> (bit % 8))) != 0)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
