using System.Text;

namespace Serverless.Relay.Handshake;

/// <summary>
/// Reads the values of Connection headers so that all they name can still be seen. Kestrel replaces the header by a
/// constant when it knows exactly one of its options, and what else was named is lost; it does so neither when it knows two
/// nor when it knows none. So <c>keep-alive</c> is put beside <c>upgrade</c> and <c>close</c>, where it changes nothing,
/// and left out elsewhere, where HTTP/1.1 does without. An HTTP/1.0 connection, which needs it, ends with its answer.
/// </summary>
internal sealed class ConnectionHeaderEncoding : Encoding
{
    private const string KeepAlive = "keep-alive";

    /// <summary>The only one that is needed.</summary>
    public static ConnectionHeaderEncoding Instance { get; } = new();

    /// <inheritdoc/>
    public override int GetCharCount(byte[] bytes, int index, int count) => Read(bytes.AsSpan(index, count)).Length;

    /// <inheritdoc/>
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        var value = Read(bytes.AsSpan(byteIndex, byteCount));
        value.CopyTo(chars.AsSpan(charIndex));
        return value.Length;
    }

    /// <inheritdoc/>
    public override int GetMaxCharCount(int byteCount) => (2 * byteCount) + KeepAlive.Length + 2;

    /// <inheritdoc/>
    public override int GetByteCount(char[] chars, int index, int count) => Latin1.GetByteCount(chars, index, count);

    /// <inheritdoc/>
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    /// <inheritdoc/>
    public override int GetMaxByteCount(int charCount) => Latin1.GetMaxByteCount(charCount);

    private static string Read(ReadOnlySpan<byte> value)
    {
        var tokens = HeaderTokens.Of(Latin1.GetString(value)).Where(token => !Is(token, KeepAlive)).ToList();
        if (tokens.Exists(token => Is(token, "upgrade") || Is(token, "close")))
        {
            tokens.Add(KeepAlive);
        }

        return string.Join(", ", tokens);
    }

    private static bool Is(string token, string option) => token.Equals(option, StringComparison.OrdinalIgnoreCase);
}
