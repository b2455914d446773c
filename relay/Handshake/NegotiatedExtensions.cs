using Serverless.Relay.Upstream;

namespace Serverless.Relay.Handshake;

/// <summary>What client and backend have agreed on, as far as it shows in frame headers (RFC 6455 §9).</summary>
internal static class NegotiatedExtensions
{
    private const byte AllBits = 0x70;
    private const byte CompressedBit = 0x40;

    /// <summary>
    /// RSV bits that frames may have after a backend's answer: permessage-deflate has taken the first (RFC 7692 §6); what
    /// any other extension means by them is not known here.
    /// </summary>
    public static byte AllowedRsv(IEnumerable<KeyValuePair<string, string>> answer)
    {
        byte allowed = 0;
        foreach (var element in answer.Elements("Sec-WebSocket-Extensions"))
        {
            allowed |= element.Split(';')[0].Trim().Equals("permessage-deflate", StringComparison.OrdinalIgnoreCase)
                ? CompressedBit
                : AllBits;
        }

        return allowed;
    }
}
