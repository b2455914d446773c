using System.Buffers;

namespace Serverless.Relay.Routing;

/// <summary>
/// The one spelling in which mapping rules see a path: runs of <c>/</c> collapsed, what needs no escape unescaped
/// (<c>%61</c> is <c>a</c>: RFC 3986 §6.2.2), everything else escaped in upper case. Without it a client could walk
/// around a rule by escaping a letter of its path. Only for deciding; the backend gets the client's spelling.
/// </summary>
internal static class CanonicalPath
{
    // What 3scale lets a {variable} match, without '%'; every canonical character is one of these, '/' or an escape.
    private const string SegmentCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.~!$&'()*+,;=@:";

    private static readonly SearchValues<char> Segment = SearchValues.Create(SegmentCharacters);
    private static readonly SearchValues<char> SegmentOrSlash = SearchValues.Create(SegmentCharacters + "/");

    /// <summary>Whether a path is in canonical spelling without an escape, as nearly every path is.</summary>
    public static bool Is(ReadOnlySpan<char> path) =>
        !path.ContainsAnyExcept(SegmentOrSlash) && path.IndexOf("//", StringComparison.Ordinal) < 0;

    /// <summary>Characters that the canonical spelling of a path of this length may take.</summary>
    public static int MaxLength(int length) => length * 3;

    /// <summary>Writes the canonical spelling and returns its length.</summary>
    public static int Write(ReadOnlySpan<char> path, Span<char> into)
    {
        var written = 0;
        for (var at = 0; at < path.Length; at++)
        {
            var value = path[at];
            var escaped = PercentEscape.TryRead(path[at..], out var octet);
            if (escaped)
            {
                value = (char)octet;
                at += 2;
            }

            if (value == '/' && !escaped)
            {
                if (written == 0 || into[written - 1] != '/')
                {
                    into[written++] = '/';
                }
            }
            else if (Segment.Contains(value))
            {
                into[written++] = value;
            }
            else
            {
                written += WriteEscape((byte)value, into[written..]);
            }
        }

        return written;
    }

    private static int WriteEscape(byte value, Span<char> into)
    {
        const string digits = "0123456789ABCDEF";
        into[0] = '%';
        into[1] = digits[value >> 4];
        into[2] = digits[value & 15];
        return 3;
    }
}
