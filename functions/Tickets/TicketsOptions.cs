using System.Globalization;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Tickets;

/// <summary>How long tickets are good, and how many there may be. Section <c>Tickets</c>.</summary>
public sealed class TicketsOptions
{
    /// <summary>
    /// Seconds, 5 to 300. Defaults to 30: a page that asks for a ticket connects at once. Text, so that a value which is no
    /// number is refused by name.
    /// </summary>
    public string LifetimeSeconds { get; set; } = "30";

    /// <summary>
    /// Tickets that one application may buy of one process within the life of a ticket, 1 to 1000000. Defaults to 1000: so
    /// many pages that begin within half a minute, and no more rows than that from a key that has gone astray.
    /// </summary>
    public string MostPerApplication { get; set; } = "1000";

    /// <summary>The life as a time.</summary>
    internal TimeSpan Lifetime => TimeSpan.FromSeconds(Parse(LifetimeSeconds));

    /// <summary>The bound as a number.</summary>
    internal int Most => Parse(MostPerApplication);

    private static int Parse(string number) => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>Refuses a life that is none, or so long that a ticket would be as good as a key; and a bound that is none.</summary>
internal sealed class TicketsOptionsValidator : IValidateOptions<TicketsOptions>
{
    public ValidateOptionsResult Validate(string? name, TicketsOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        Check(nameof(options.LifetimeSeconds), options.LifetimeSeconds, 5, 300, "number of seconds");
        Check(nameof(options.MostPerApplication), options.MostPerApplication, 1, 1_000_000, "number");
        return result.Build();

        void Check(string setting, string value, int least, int most, string what)
        {
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
            {
                result.AddError($"Tickets__{setting} got '{value}': it needs a whole {what} from {least} to {most}.");
            }
        }
    }
}
