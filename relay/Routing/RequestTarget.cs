namespace Serverless.Relay.Routing;

/// <summary>
/// A request target split into path and query, both exactly as the client spelt them. What the relay forwards is cut
/// from these, never decoded and encoded again: what it decides on and what the backend sees stay the same request.
/// </summary>
/// <param name="Path">Starts with <c>/</c>; percent-encoding untouched.</param>
/// <param name="Query">Empty, or starts with <c>?</c>.</param>
internal readonly record struct RequestTarget(string Path, string Query)
{
    /// <summary>
    /// Reads origin-form and absolute-form (RFC 9112 §3.2). Refused is what a backend might read as another path than
    /// the relay does: dot segments, however encoded and whatever bounds them (<c>/</c>, <c>%2F</c>, <c>%5C</c>,
    /// <c>;</c>), a backslash, broken or control-character escapes, a fragment. Otherwise <c>%2F</c> is a character
    /// of its segment, and <c>//</c> an empty segment.
    /// </summary>
    public static bool TryParse(string raw, out RequestTarget target)
    {
        target = default;
        var start = raw.StartsWith('/') ? 0 : PathOfAbsoluteForm(raw);
        if (start < 0 || raw.AsSpan().ContainsAnyExceptInRange('!', '~') || raw.Contains('#'))
        {
            return false;
        }

        var query = raw.IndexOf('?', start);
        var end = query < 0 ? raw.Length : query;
        var path = start == end ? "/" : raw[start..end];
        if (path.Contains('\\') || !EscapesAreSound(path) || HasDotSegment(path))
        {
            return false;
        }

        target = new RequestTarget(path, raw[end..]);
        return true;
    }

    private static int PathOfAbsoluteForm(string raw)
    {
        const string separator = "://";
        var scheme = raw.IndexOf(separator, StringComparison.Ordinal);
        if (scheme < 0 || raw[..scheme].ToUpperInvariant() is not ("HTTP" or "HTTPS"))
        {
            return -1;
        }

        var authority = scheme + separator.Length;
        var path = raw.AsSpan(authority).IndexOfAny('/', '?');
        return path < 0 ? raw.Length : authority + path;
    }

    private static bool EscapesAreSound(ReadOnlySpan<char> path)
    {
        for (var at = path.IndexOf('%'); at >= 0; at = Next(path, at))
        {
            if (!PercentEscape.TryRead(path[at..], out var value) || value < ' ' || value == 0x7F)
            {
                return false;
            }
        }

        return true;

        static int Next(ReadOnlySpan<char> path, int at)
        {
            var next = path[(at + 1)..].IndexOf('%');
            return next < 0 ? -1 : at + 1 + next;
        }
    }

    private static bool HasDotSegment(ReadOnlySpan<char> path)
    {
        var dots = 0;
        var onlyDots = true;
        for (var at = 0; at < path.Length; at++)
        {
            var value = path[at];
            if (PercentEscape.TryRead(path[at..], out var escaped))
            {
                value = (char)escaped;
                at += 2;
            }

            if (value is '/' or '\\' or ';')
            {
                if (onlyDots && dots is 1 or 2)
                {
                    return true;
                }

                // What follows ';' in a segment are its parameters, which some servers drop before they resolve dots.
                dots = 0;
                onlyDots = value != ';';
            }
            else if (value == '.')
            {
                dots++;
            }
            else
            {
                onlyDots = false;
            }
        }

        return onlyDots && dots is 1 or 2;
    }
}
