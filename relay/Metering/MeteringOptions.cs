using Microsoft.Extensions.Options;

namespace Serverless.Relay.Metering;

/// <summary>How the relay reports what applications use. Section <c>Relay:Metering</c>.</summary>
public sealed class MeteringOptions
{
    /// <summary>
    /// Between two reports. Defaults to 5 s: as much later a limit that other relays use up is heard of; and a suspended
    /// application, where its event is not.
    /// </summary>
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Between two times that the functions are told how many tunnels are open and what was refused. Defaults to 5 s; they
    /// forget a relay that has told them nothing for 30 s.
    /// </summary>
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the last report may take when the relay stops. Defaults to 3 s.</summary>
    public TimeSpan LastReportTimeout { get; set; } = TimeSpan.FromSeconds(3);
}

/// <summary>Says of a wrong setting its name, what it is and what it needs.</summary>
internal sealed class MeteringOptionsValidator : IValidateOptions<MeteringOptions>
{
    public ValidateOptionsResult Validate(string? name, MeteringOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        Check(nameof(options.ReportInterval), options.ReportInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(nameof(options.StatusInterval), options.StatusInterval, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        Check(nameof(options.LastReportTimeout), options.LastReportTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        return result.Build();

        void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                result.AddError($"Relay:Metering:{setting} is {value}: it needs {least} to {most}.");
            }
        }
    }
}
