using Microsoft.Extensions.Options;

namespace Serverless.Relay.Sessions;

/// <summary>How open sessions end when the relay stops. Section <c>Relay:Sessions</c>.</summary>
public sealed class SessionsOptions
{
    /// <summary>
    /// How long sessions may take to close once the relay stops; then they are dropped. Defaults to 20 s: within the 30 s
    /// that container platforms grant between SIGTERM and SIGKILL.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);
}

/// <summary>Says of a wrong setting its name, what it is and what it needs.</summary>
internal sealed class SessionsOptionsValidator : IValidateOptions<SessionsOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionsOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        Check(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1));
        return result.Build();

        void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                result.AddError($"Relay:Sessions:{setting} is {value}: it needs {least} to {most}.");
            }
        }
    }
}
