using Microsoft.Extensions.Options;

namespace Serverless.Functions.Applications;

/// <summary>What keys are hashed with. Section <c>Keys</c>.</summary>
public sealed class KeysOptions
{
    /// <summary>
    /// Base64 of 32 random bytes or more, kept apart from storage. Required; no default, for one that is known is none.
    /// Changing it makes every key unknown.
    /// </summary>
    public string Pepper { get; set; } = "";
}

/// <summary>Refuses a pepper that is missing or could be guessed, without ever repeating it.</summary>
internal sealed class KeysOptionsValidator : IValidateOptions<KeysOptions>
{
    private const int MinBytes = 32;

    public ValidateOptionsResult Validate(string? name, KeysOptions options)
    {
        var buffer = new byte[options.Pepper.Length];
        var wrong = options.Pepper.Length == 0 ? "is missing"
            : !Convert.TryFromBase64String(options.Pepper, buffer, out var length)
                ? $"got {options.Pepper.Length} characters that are not base64"
            : length < MinBytes ? $"got base64 of {length} bytes"
            : null;

        return wrong is null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Keys__Pepper {wrong}: it needs base64 of {MinBytes} random bytes or more, for example of "
                + $"`openssl rand -base64 {MinBytes}`.");
    }
}
