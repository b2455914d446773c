using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Serverless.Relay.Upstream;

/// <summary>Status line and headers of an HTTP/1 answer (RFC 9112 §4, §5).</summary>
/// <param name="Version">Minor version: 0 or 1.</param>
/// <param name="Status">100 to 599.</param>
/// <param name="ReasonPhrase">Possibly empty.</param>
/// <param name="Headers">All of them, in order.</param>
internal sealed record ResponseHead(
    int Version,
    int Status,
    string ReasonPhrase,
    IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>
    /// Reads a whole head, up to and including its empty line. Strict where leniency lets two readers see two answers:
    /// lines end in CRLF, none is folded, no space stands before a colon, no control character in a value.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ResponseHead? head)
    {
        head = null;

        // Latin-1 maps every byte to one character and back: what is not ASCII passes unchanged.
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        if (lines.Length < 3 || lines[^1].Length > 0 || lines[^2].Length > 0 || !TryParseStatus(lines[0], out var start))
        {
            return false;
        }

        var headers = new List<KeyValuePair<string, string>>(lines.Length - 3);
        foreach (var line in lines.AsSpan(1, lines.Length - 3))
        {
            var colon = line.IndexOf(':');
            if (colon < 0 || !HeaderList.IsToken(line.AsSpan(0, colon)))
            {
                return false;
            }

            var value = line[(colon + 1)..].Trim(' ', '\t');
            if (!HeaderList.IsValue(value))
            {
                return false;
            }

            headers.Add(new(line[..colon], value));
        }

        head = start with { Headers = headers };
        return true;
    }

    private static bool TryParseStatus(string line, [NotNullWhen(true)] out ResponseHead? head)
    {
        head = null;

        // HTTP/1.1 200 OK; some servers leave out the last space when there is no reason phrase.
        if (line.Length < 12
            || !line.StartsWith("HTTP/1.", StringComparison.Ordinal)
            || line[7] is not ('0' or '1')
            || line[8] != ' '
            || line.AsSpan(9, 3).ContainsAnyExceptInRange('0', '9')
            || (line.Length > 12 && line[12] != ' '))
        {
            return false;
        }

        var status = ((line[9] - '0') * 100) + ((line[10] - '0') * 10) + (line[11] - '0');
        var reason = line.Length > 13 ? line[13..] : "";
        if (status is < 100 or > 599 || !HeaderList.IsValue(reason))
        {
            return false;
        }

        head = new ResponseHead(line[7] - '0', status, reason, []);
        return true;
    }
}
