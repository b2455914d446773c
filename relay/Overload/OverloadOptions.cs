using Microsoft.Extensions.Options;

namespace Serverless.Relay.Overload;

/// <summary>
/// How much a relay takes on before it sends new clients elsewhere. Section <c>Relay:Overload</c>. Of the marks the first that is
/// reached counts, once a second.
/// </summary>
public sealed class OverloadOptions
{
    /// <summary>
    /// Connections to the public ports; one more is closed as soon as it is accepted. Null, the default: no limit of their own.
    /// </summary>
    public int? MaxConnections { get; set; }

    /// <summary>Open tunnels from which on nothing new is admitted. Null, the default: no limit of their own.</summary>
    public int? MaxTunnels { get; set; }

    /// <summary>
    /// Share of the file descriptors that the process may have. Defaults to 0.9: what is left lets open tunnels and answers go on.
    /// Known on Linux only.
    /// </summary>
    public double Descriptors { get; set; } = 0.9;

    /// <summary>
    /// Working set as a share of the memory that the runtime may use, which is three quarters of a container's. Defaults to
    /// 0.9.
    /// </summary>
    public double Memory { get; set; } = 0.9;

    /// <summary>
    /// Share of a mark below which clients are admitted again. Defaults to 0.95, so that a relay at its mark does not change
    /// its mind with every client.
    /// </summary>
    public double Relief { get; set; } = 0.95;

    /// <summary>After how long a refused client is told to come back. Defaults to 5 s.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>Says of a wrong setting its name, what it is and what it needs.</summary>
internal sealed class OverloadOptionsValidator : IValidateOptions<OverloadOptions>
{
    public ValidateOptionsResult Validate(string? name, OverloadOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        CheckCount(nameof(options.MaxConnections), options.MaxConnections);
        CheckCount(nameof(options.MaxTunnels), options.MaxTunnels);
        CheckShare(nameof(options.Descriptors), options.Descriptors);
        CheckShare(nameof(options.Memory), options.Memory);
        CheckShare(nameof(options.Relief), options.Relief);
        if (options.RetryAfter < TimeSpan.FromSeconds(1) || options.RetryAfter > TimeSpan.FromHours(1))
        {
            result.AddError($"Relay:Overload:RetryAfter is {options.RetryAfter}: it needs 00:00:01 to 01:00:00.");
        }

        return result.Build();

        void CheckCount(string setting, int? value)
        {
            if (value < 1)
            {
                result.AddError($"Relay:Overload:{setting} is {value}: it needs 1 or more.");
            }
        }

        void CheckShare(string setting, double value)
        {
            if (value is not (> 0 and <= 1))
            {
                result.AddError(FormattableString.Invariant($"Relay:Overload:{setting} is {value}: it needs more than 0, and 1 at most."));
            }
        }
    }
}
