using System.Globalization;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Authorization;

/// <summary>How long relays may go by an answer. Section <c>Authorization</c>.</summary>
public sealed class AuthorizationOptions
{
    /// <summary>
    /// Seconds, 0 to 300. Defaults to 10: a suspended application is out, and a changed limit counts, within that; a busy
    /// key costs one call in that time. Text, so that a value which is no number is refused by name.
    /// </summary>
    public string CacheSeconds { get; set; } = "10";

    /// <summary>The same as a number.</summary>
    internal int Seconds => int.Parse(CacheSeconds, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>Refuses a time that is none, or so long that nobody would notice a revocation.</summary>
internal sealed class AuthorizationOptionsValidator : IValidateOptions<AuthorizationOptions>
{
    private const int MaxSeconds = 300;

    public ValidateOptionsResult Validate(string? name, AuthorizationOptions options) =>
        int.TryParse(options.CacheSeconds, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= MaxSeconds
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Authorization__CacheSeconds got '{options.CacheSeconds}': it needs a whole number of seconds from 0 to "
                + $"{MaxSeconds}.");
}
