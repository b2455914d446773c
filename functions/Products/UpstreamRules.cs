using System.Globalization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Products;

/// <summary>What a product's settings towards its backends have to look like.</summary>
internal static class UpstreamRules
{
    /// <summary>A host, with a port perhaps.</summary>
    public static void CheckHost(Errors errors, string at, string? host)
    {
        if (host is null)
        {
            return;
        }

        // The last colon, unless it is part of an IPv6 address in its brackets.
        var colon = host.LastIndexOf(':') is var last && last > host.LastIndexOf(']') ? last : -1;
        var name = colon < 0 ? host : host[..colon];
        if (host.Length > Rules.MaxName || !IsName(name) || (colon >= 0 && !IsPort(host[(colon + 1)..])))
        {
            errors.Add(
                at,
                "invalid_host",
                $"It needs the name or the address of a host, and perhaps ':' and a port from 1 to 65535: {Rules.MaxName} characters "
                + "at most.");
        }
    }

    /// <summary>A token as 3scale takes it, or the empty text, which removes it. The message does not repeat it.</summary>
    public static void CheckToken(Errors errors, string at, string? token)
    {
        if (token is not null
            && (token.Length > Rules.MaxName || !token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
        {
            errors.Add(
                at,
                "invalid_token",
                $"It needs 1 to {Rules.MaxName} letters, digits, '-' and '_'; or none, to remove it.");
        }
    }

    private static bool IsName(string name) => name.StartsWith('[') == name.EndsWith(']')
        && Uri.CheckHostName(name) switch
        {
            UriHostNameType.Dns => name.All(char.IsAscii),
            UriHostNameType.IPv4 => true,
            UriHostNameType.IPv6 => name.StartsWith('['),
            _ => false,
        };

    private static bool IsPort(string port) =>
        port.Length <= 5
        && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= 65535;
}
