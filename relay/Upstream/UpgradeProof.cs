using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Relay.Upstream;

/// <summary>Whether a 101 proves that the backend understood this very handshake (RFC 6455 §4.1).</summary>
internal static class UpgradeProof
{
    /// <summary>What is missing, in words for the log; null when nothing is.</summary>
    public static string? Missing(BackendRequest request, ResponseHead head)
    {
        if (head.Version != 1)
        {
            return "101 in HTTP/1.0";
        }

        if (!HasOnly(head.Headers.Elements("Upgrade"), "websocket"))
        {
            return "Upgrade is not websocket";
        }

        if (!head.Headers.Elements("Connection").Contains("upgrade", StringComparer.OrdinalIgnoreCase))
        {
            return "Connection does not say upgrade";
        }

        if (head.Headers.Values("Transfer-Encoding").Any() || head.Headers.Values("Content-Length").Any(length => length != "0"))
        {
            return "101 announces a body";
        }

        var key = request.Headers.Values("Sec-WebSocket-Key").Single();
        var accepts = head.Headers.Values("Sec-WebSocket-Accept").ToList();
        if (accepts.Count != 1 || accepts[0] != Accept(key))
        {
            return "Sec-WebSocket-Accept does not answer the key";
        }

        var protocols = head.Headers.Elements("Sec-WebSocket-Protocol").ToList();
        if (protocols.Count > 1 || protocols.Except(request.Headers.Elements("Sec-WebSocket-Protocol")).Any())
        {
            return "Sec-WebSocket-Protocol was not offered";
        }

        return ExtensionsWereOffered(request.Headers, head.Headers) ? null : "Sec-WebSocket-Extensions were not offered";
    }

    /// <summary>What proves that a handshake with this key was understood (RFC 6455 §4.2.2).</summary>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification =
        "RFC 6455 asks for SHA-1; it protects nothing, it proves that the server speaks WebSocket.")]
    public static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    private static bool HasOnly(IEnumerable<string> elements, string only) =>
        elements.ToList() is [var one] && one.Equals(only, StringComparison.OrdinalIgnoreCase);

    // Parameters of an extension that the relay does not know are between both ends.
    private static bool ExtensionsWereOffered(
        IEnumerable<KeyValuePair<string, string>> request, IEnumerable<KeyValuePair<string, string>> answer)
    {
        var offers = request.Elements("Sec-WebSocket-Extensions").ToLookup(NameOf, StringComparer.OrdinalIgnoreCase);
        var accepted = answer.Elements("Sec-WebSocket-Extensions").ToList();
        return accepted.DistinctBy(NameOf, StringComparer.OrdinalIgnoreCase).Count() == accepted.Count
            && accepted.TrueForAll(extension => NameOf(extension).Equals(DeflateOffer.Name, StringComparison.OrdinalIgnoreCase)
                ? DeflateOffer.Covers(offers[DeflateOffer.Name], extension)
                : offers.Contains(NameOf(extension)));
    }

    private static string NameOf(string extension) => extension.Split(';')[0].Trim();
}
