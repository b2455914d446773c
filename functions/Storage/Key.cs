using System.Globalization;
using System.Text;

namespace Serverless.Functions.Storage;

/// <summary>Spells partition and row keys: storage takes neither <c>/ \ # ?</c> nor control characters in them.</summary>
internal static class Key
{
    /// <summary>Comes after every part that <see cref="Escape"/> may give, and so ends a range of keys.</summary>
    public const char Last = '~';

    // Storage takes keys of up to 1 KiB in UTF-16.
    private const int MaxLength = 512;

    /// <summary>Spells any text with letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, and the rest as <c>=HH</c> in UTF-8.</summary>
    public static string Escape(string text)
    {
        if (text.All(IsPlain))
        {
            return text;
        }

        var escaped = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            _ = IsPlain((char)value)
                ? escaped.Append((char)value)
                : escaped.Append(CultureInfo.InvariantCulture, $"={value:X2}");
        }

        return escaped.ToString();
    }

    /// <summary>A key of several parts, such as <c>metric|hits</c>.</summary>
    public static string Of(params ReadOnlySpan<string> parts)
    {
        var key = new StringBuilder(Escape(parts[0]));
        foreach (var part in parts[1..])
        {
            key.Append('|').Append(Escape(part));
        }

        return key.ToString();
    }

    /// <summary>Whether a row may have this key at all. A name in a URL may be longer than storage allows.</summary>
    public static bool IsPossible(string key) => key.Length <= MaxLength;

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
