using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Newtonsoft.Json.Linq;
using NJsonSchema.Validation;
using NJsonSchema.Validation.FormatValidators;

namespace Serverless.Functions.Policies;

/// <summary>The formats that the schemas of policies name beside those of JSON Schema itself.</summary>
internal static class Formats
{
    // Of the connection, of a handshake, or written by the gateway itself. As the relay has them.
    private static readonly FrozenSet<string> Taken = FrozenSet.ToFrozenSet(
        [
            "connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-authenticate",
            "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
            "x-3scale-proxy-secret-token",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them.</summary>
    public static IFormatValidator[] All { get; } =
    [
        new Format("ip-range", IsRange),
        new Format("origin", IsOrigin),
        new Format("media-type", text => MediaTypeHeaderValue.TryParse(text, out _)),
        new Format("free-header", IsFreeHeader),
        new Format("header-value", text => !text.Any(c => char.IsControl(c) && c != '\t')),
        new Format("credential", text => text.All(c => c is > ' ' and < '\u007f')),
    ];

    private static bool IsRange(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IsAddress(slash < 0 ? text : text[..slash], out var address))
        {
            return false;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return slash < 0
            || (int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= bits);
    }

    // IPAddress also takes 1 and 0x7f.1, and names of network cards.
    private static bool IsAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!)
        && (address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text
            : !text.Contains('%', StringComparison.Ordinal) && !text.StartsWith('['));

    private static bool IsOrigin(string text)
    {
        if (text == "null")
        {
            return true;
        }

        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || !text.All(c => c is > ' ' and < '\u007f' and not ('"' or '<' or '>' or '\\')))
        {
            return false;
        }

        // The star stands for one label or more, and a label that no name has takes its place here.
        var host = text[(scheme + 3)..];
        var plain = host.StartsWith("*.", StringComparison.Ordinal) ? "x" + host[1..] : host;
        return plain.Length > 0
            && !plain.AsSpan().ContainsAny("/?#@*")
            && Uri.TryCreate($"{text[..scheme]}://{plain}", UriKind.Absolute, out var uri)
            && uri.Host.Length > 0;
    }

    private static bool IsFreeHeader(string text)
    {
        const string Marks = "!#$%&'*+-.^_`|~";
        var name = text.Replace('_', '-');
        return text.Length > 0
            && text.All(c => char.IsAsciiLetterOrDigit(c) || Marks.Contains(c, StringComparison.Ordinal))
            && !Taken.Contains(name)
            && !name.StartsWith("sec-websocket-", StringComparison.OrdinalIgnoreCase);
    }

    private sealed class Format(string name, Func<string, bool> check) : IFormatValidator
    {
        string IFormatValidator.Format => name;

        ValidationErrorKind IFormatValidator.ValidationErrorKind => ValidationErrorKind.PatternMismatch;

        // Another type is told by the schema.
        bool IFormatValidator.IsValid(string value, JTokenType tokenType) => tokenType != JTokenType.String || check(value);
    }
}
