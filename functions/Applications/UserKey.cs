using System.Buffers;
using System.Security.Cryptography;

namespace Serverless.Functions.Applications;

/// <summary>The credential of an application: how it looks, and how one is made.</summary>
internal static class UserKey
{
    /// <summary>Fewest characters: a shorter key could be guessed.</summary>
    public const int MinLength = 16;

    /// <summary>Most characters, as in 3scale.</summary>
    public const int MaxLength = 256;

    // Letters and digits alone: a double click selects all of it, and a command line takes it for no option.
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // 62^32 is more than 2^190.
    private const int GeneratedLength = 32;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet + "._-");

    /// <summary>A new key from the system's random numbers.</summary>
    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, GeneratedLength);

    /// <summary>Whether it can be a key at all. What cannot be one was never stored, so nobody has to look for it.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> key) =>
        key.Length is >= MinLength and <= MaxLength && !key.ContainsAnyExcept(Allowed);
}
