using System.Globalization;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Events;

/// <summary>How long events are streamed to an operator in one answer. Section <c>Events</c>.</summary>
public sealed class EventsOptions
{
    /// <summary>
    /// Seconds, 1 to 3600. Defaults to 200: Azure cuts an answer of a function off after 230. Text, so that a value which is
    /// no number is refused by name.
    /// </summary>
    public string StreamSeconds { get; set; } = "200";

    /// <summary>The same as a time.</summary>
    internal TimeSpan StreamLife => TimeSpan.FromSeconds(int.Parse(StreamSeconds, NumberStyles.None, CultureInfo.InvariantCulture));
}

/// <summary>Refuses a time that is none.</summary>
internal sealed class EventsOptionsValidator : IValidateOptions<EventsOptions>
{
    public ValidateOptionsResult Validate(string? name, EventsOptions options) =>
        int.TryParse(options.StreamSeconds, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 3600
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Events__StreamSeconds got '{options.StreamSeconds}': it needs a whole number of seconds from 1 to 3600.");
}
