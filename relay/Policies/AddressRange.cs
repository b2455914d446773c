using System.Globalization;
using System.Net;

namespace Serverless.Relay.Policies;

/// <summary>An IP address, or all that begin with the same bits.</summary>
internal sealed class AddressRange
{
    private readonly byte[] _address;
    private readonly int _bits;

    private AddressRange(byte[] address, int bits) => (_address, _bits) = (address, bits);

    /// <summary>Reads <c>10.1.2.3</c> or <c>10.0.0.0/8</c>; bits after the prefix do not matter.</summary>
    public static AddressRange? Parse(string text)
    {
        var slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        var bits = bytes.Length * 8;
        return slash < 0
            || (int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) && bits <= bytes.Length * 8)
                ? new AddressRange(bytes, bits)
                : null;
    }

    /// <summary>Whether an address is in it. An IPv4 address that came over an IPv6 socket is taken for itself.</summary>
    public bool Contains(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (!plain.TryWriteBytes(bytes, out var length) || length != _address.Length)
        {
            return false;
        }

        var whole = _bits / 8;
        return bytes[..whole].SequenceEqual(_address.AsSpan(0, whole))
            && (_bits % 8 == 0 || ((bytes[whole] ^ _address[whole]) & (0xFF << (8 - (_bits % 8))) & 0xFF) == 0);
    }
}
