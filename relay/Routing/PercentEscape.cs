namespace Serverless.Relay.Routing;

/// <summary>One <c>%HH</c> of RFC 3986 §2.1.</summary>
internal static class PercentEscape
{
    /// <summary>Reads the escape that <paramref name="text"/> starts with; false when it starts with none.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out byte value)
    {
        if (text.Length >= 3 && text[0] == '%' && char.IsAsciiHexDigit(text[1]) && char.IsAsciiHexDigit(text[2]))
        {
            value = (byte)((Digit(text[1]) << 4) | Digit(text[2]));
            return true;
        }

        value = 0;
        return false;
    }

    private static int Digit(char hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
