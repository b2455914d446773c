using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Applications;

/// <summary>
/// Turns credentials into what may be stored. HMAC-SHA-256 and no slow hash: keys are long and random, or at least not
/// guessable without the pepper, which storage does not hold. Each kind has a key of its own, made from the pepper: the
/// same text as user key and as app_id gives two hashes, and the pepper may serve others without theirs ever meeting these.
/// </summary>
internal sealed class KeyHasher(IOptions<KeysOptions> options)
{
    // Of an app_id and an app_key, and what is between them.
    private const int MaxLength = AppCredential.MaxLength + 1 + AppCredential.MaxLength;

    // Neither holds it, so no two pairs are spelt the same.
    private const char Separator = ' ';

    private readonly byte[] _userKey = Derive(options, "serverless-gateway/user-key/1"u8);
    private readonly byte[] _appKey = Derive(options, "serverless-gateway/app-key/1"u8);
    private readonly byte[] _appId = Derive(options, "serverless-gateway/app-id/1"u8);
    private readonly byte[] _ticket = Derive(options, "serverless-gateway/ticket/1"u8);
    private readonly byte[] _clientId = Derive(options, "serverless-gateway/client-id/1"u8);

    /// <summary>The hash of a well-formed user key.</summary>
    public KeyHash Hash(ReadOnlySpan<char> userKey) => Hash(_userKey, userKey);

    /// <summary>The one hash of a well-formed app_id and app_key.</summary>
    public KeyHash HashAppKey(ReadOnlySpan<char> appId, ReadOnlySpan<char> appKey)
    {
        Span<char> pair = stackalloc char[MaxLength];
        appId.CopyTo(pair);
        pair[appId.Length] = Separator;
        appKey.CopyTo(pair[(appId.Length + 1)..]);
        var length = appId.Length + 1 + appKey.Length;
        var hash = Hash(_appKey, pair[..length]);
        pair[..length].Clear();
        return hash;
    }

    /// <summary>The hash of a well-formed app_id alone.</summary>
    public KeyHash HashAppId(ReadOnlySpan<char> appId) => Hash(_appId, appId);

    /// <summary>The hash of a well-formed client identifier.</summary>
    public KeyHash HashClientId(ReadOnlySpan<char> clientId) => Hash(_clientId, clientId);

    /// <summary>The hash of a well-formed ticket.</summary>
    public KeyHash HashTicket(ReadOnlySpan<char> ticket) => Hash(_ticket, ticket);

    private static KeyHash Hash(byte[] key, ReadOnlySpan<char> text)
    {
        Span<byte> ascii = stackalloc byte[MaxLength];
        var length = Encoding.ASCII.GetBytes(text, ascii);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, ascii[..length], hash);
        CryptographicOperations.ZeroMemory(ascii[..length]);
        return new(Convert.ToHexStringLower(hash));
    }

    private static byte[] Derive(IOptions<KeysOptions> options, ReadOnlySpan<byte> use) =>
        HMACSHA256.HashData(Convert.FromBase64String(options.Value.Pepper), use);
}
