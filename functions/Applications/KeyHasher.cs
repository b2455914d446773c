using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Applications;

/// <summary>
/// Turns keys into what may be stored. HMAC-SHA-256 and no slow hash: keys are long and random, or at least not
/// guessable without the pepper, which storage does not hold.
/// </summary>
internal sealed class KeyHasher(IOptions<KeysOptions> options)
{
    // A key of its own for this use: the pepper may serve others without their hashes ever meeting these.
    private readonly byte[] _key = HMACSHA256.HashData(
        Convert.FromBase64String(options.Value.Pepper),
        "serverless-gateway/user-key/1"u8);

    /// <summary>The hash of a well-formed key.</summary>
    public KeyHash Hash(ReadOnlySpan<char> userKey)
    {
        Span<byte> ascii = stackalloc byte[UserKey.MaxLength];
        var length = Encoding.ASCII.GetBytes(userKey, ascii);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, ascii[..length], hash);
        CryptographicOperations.ZeroMemory(ascii[..length]);
        return new(Convert.ToHexStringLower(hash));
    }
}
