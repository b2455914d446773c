using Microsoft.Extensions.Options;

namespace Serverless.Relay.Management;

/// <summary>
/// The relay's access token. From a file it is read again when the file changes, so that it can be rotated; with a managed
/// identity there is nothing to keep.
/// </summary>
internal sealed class BearerToken(IOptions<ManagementOptions> options, IdentityToken identity)
{
    private const int MaxLength = 4096;

    private readonly Lock _gate = new();
    private string _current = "";
    private DateTime _readAt;

    /// <summary>The token as it is now.</summary>
    /// <exception cref="IOException">There is none to be had at the moment.</exception>
    public ValueTask<string> ReadAsync(CancellationToken cancel) =>
        string.IsNullOrEmpty(options.Value.TokenScope) ? new(Read()) : identity.ReadAsync(cancel);

    /// <summary>Reads the file again at the next use: what was read last was refused.</summary>
    public void Distrust()
    {
        lock (_gate)
        {
            _readAt = default;
        }
    }

    /// <summary>The token in a file, or null.</summary>
    public static string? TryRead(string file)
    {
        try
        {
            using var reader = new StreamReader(file);
            Span<char> text = stackalloc char[MaxLength];
            var token = text[..reader.ReadBlock(text)].Trim();
            return token.IsEmpty || token.Length == MaxLength || !IsSound(token) ? null : token.ToString();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // The caller says what is wrong with the setting, or keeps the token it has.
            return null;
        }
    }

    /// <summary>Whether a text can be sent as a token.</summary>
    public static bool IsSound(ReadOnlySpan<char> token) => !token.ContainsAnyExceptInRange('!', '~');

    // A file that may not be looked at for a moment is as one that is gone: the token that is known stays.
    private static DateTime ChangedAt(string file)
    {
        try
        {
            return File.GetLastWriteTimeUtc(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private string Read()
    {
        if (options.Value.TokenFile is not { Length: > 0 } file)
        {
            return options.Value.Token!;
        }

        lock (_gate)
        {
            var changedAt = ChangedAt(file);
            if (_current.Length == 0 || changedAt != _readAt)
            {
                // A file that is just being replaced may be empty for a moment: the last token stays until it is not.
                _current = TryRead(file) ?? _current;
                _readAt = changedAt;
            }

            return _current;
        }
    }
}
