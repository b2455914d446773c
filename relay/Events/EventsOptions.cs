using Microsoft.Extensions.Options;

namespace Serverless.Relay.Events;

/// <summary>How the relay hears of what happens on the management plane. Section <c>Relay:Events</c>.</summary>
public sealed class EventsOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Relay:Events";

    /// <summary>
    /// Whether it does. Defaults to true; if not, a suspended application is noticed when its usage is reported, and a deleted
    /// key when the answer about it has ended.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Between two looks for events, whether they are pushed or not; give or take a tenth. Defaults to 5 s: as late at worst
    /// is an event heeded that was not pushed.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After how long without a word from SignalR Service the connection to it counts as lost, and how long connecting may
    /// take. Defaults to 30 s, as in all clients of it: twice the pause between its pings.
    /// </summary>
    public TimeSpan ServerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two pings to it. Defaults to 15 s, half of what it waits for one.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The first pause before connecting again; a random part between half and all of it. Defaults to 500 ms.</summary>
    public TimeSpan ReconnectMin { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest such pause; each is twice the one before. Defaults to 30 s.</summary>
    public TimeSpan ReconnectMax { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Says of every wrong setting its name, what it is and what it needs.</summary>
internal sealed class EventsOptionsValidator : IValidateOptions<EventsOptions>
{
    public ValidateOptionsResult Validate(string? name, EventsOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        var shortest = TimeSpan.FromMilliseconds(50);
        Check(nameof(options.PollInterval), options.PollInterval, shortest, TimeSpan.FromMinutes(10));
        Check(nameof(options.ServerTimeout), options.ServerTimeout, shortest, TimeSpan.FromMinutes(10));
        Check(nameof(options.KeepAlive), options.KeepAlive, TimeSpan.FromMilliseconds(10), options.ServerTimeout);
        Check(nameof(options.ReconnectMin), options.ReconnectMin, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        Check(nameof(options.ReconnectMax), options.ReconnectMax, options.ReconnectMin, TimeSpan.FromMinutes(10));
        return result.Build();

        void Check(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                result.AddError($"Relay:Events:{setting} is {value}: it needs {least} to {most}.");
            }
        }
    }
}
