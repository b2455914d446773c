using System.Globalization;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Sessions;

/// <summary>How open sessions are seen, and end when the relay stops. Section <c>Relay:Sessions</c>.</summary>
public sealed class SessionsOptions
{
    /// <summary>
    /// How long sessions may take to close once the relay stops; then they are dropped. Defaults to 20 s: within the 30 s
    /// that container platforms grant between SIGTERM and SIGKILL.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The first part of <see cref="DrainTimeout"/>, over which Close frames are spread at most. Null, the default, is half
    /// of it: the last ones asked have the other half to answer.
    /// </summary>
    public TimeSpan? DrainSpread { get; set; }

    /// <summary>
    /// How many sessions are closed a second, as long as all have their turn within the spread; more than that when there
    /// are more. Defaults to 200: what comes back elsewhere is a trickle, and few sessions end at once.
    /// </summary>
    public int DrainRate { get; set; } = 200;

    /// <summary>
    /// Pause between two lines of the access log about an open session. Defaults to 5 min, so that long ones are seen
    /// before they end; 0 writes none.
    /// </summary>
    public TimeSpan RecordInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Over how long so many sessions are closed when the relay stops.</summary>
    internal TimeSpan SpreadOf(int sessions)
    {
        var wanted = TimeSpan.FromSeconds((double)sessions / DrainRate);
        var most = DrainSpread ?? DrainTimeout / 2;
        return wanted < most ? wanted : most;
    }
}

/// <summary>Says of a wrong setting its name, what it is and what it needs.</summary>
internal sealed class SessionsOptionsValidator : IValidateOptions<SessionsOptions>
{
    private const int MostRate = 1_000_000;

    public ValidateOptionsResult Validate(string? name, SessionsOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        Check(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1));
        Check(nameof(options.DrainSpread), options.DrainSpread ?? TimeSpan.Zero, TimeSpan.Zero, options.DrainTimeout);
        if (options.DrainRate is < 1 or > MostRate)
        {
            result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"Relay:Sessions:DrainRate is {options.DrainRate}: it needs 1 to {MostRate} sessions a second."));
        }

        if (options.RecordInterval != TimeSpan.Zero)
        {
            Check(nameof(options.RecordInterval), options.RecordInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        }

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
