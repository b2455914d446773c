using Microsoft.Extensions.Options;

namespace Serverless.Relay.Configuration;

/// <summary>Says of a wrong setting its name, what it is and what it needs.</summary>
internal sealed class ConfigurationOptionsValidator : IValidateOptions<ConfigurationOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, ConfigurationOptions options) =>
        options.PollInterval >= Shortest && options.PollInterval <= Longest
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Relay:Configuration:PollInterval is {options.PollInterval}: it needs {Shortest} to {Longest}.");
}
