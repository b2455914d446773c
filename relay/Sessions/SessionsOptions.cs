using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Relay.Sessions;

/// <summary>How open sessions end when the relay stops. Section <c>Relay:Sessions</c>.</summary>
public sealed class SessionsOptions
{
    /// <summary>
    /// How long sessions may take to close once the relay stops; then they are dropped. Defaults to 20 s: within the 30 s
    /// that container platforms grant between SIGTERM and SIGKILL.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);
}

[OptionsValidator]
internal sealed partial class SessionsOptionsValidator : IValidateOptions<SessionsOptions>;
