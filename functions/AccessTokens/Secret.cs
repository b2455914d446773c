using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Functions.AccessTokens;

/// <summary>
/// An access token as its owner holds it, <c>sgt_{id}_{secret}</c>: the identifier finds the row, 256 random bits prove
/// it. So many bits need no slow hash.
/// </summary>
/// <param name="Id">Identifier, 16 hexadecimal digits.</param>
/// <param name="Text">The whole token.</param>
internal sealed record Secret(string Id, string Text)
{
    private const string Prefix = "sgt_";
    private const int IdLength = 16;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    public static Secret Make()
    {
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        return new(id, $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}");
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out Secret? secret)
    {
        secret = null;
        if (text.Length != Prefix.Length + IdLength + 1 + 43
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text.AsSpan(Prefix.Length, IdLength).ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        secret = new(text.Substring(Prefix.Length, IdLength), text);
        return true;
    }

    /// <summary>What is stored instead of the token.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    // A record would print the token otherwise.
    public override string ToString() => $"{Prefix}{Id}_…";
}
