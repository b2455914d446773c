using Serverless.Relay.Events;

namespace Serverless.Relay.Tests.Events;

public sealed class EventsOptionsTests
{
    [Fact]
    public void The_defaults_are_sound() => Assert.True(new EventsOptionsValidator().Validate(null, new EventsOptions()).Succeeded);

    [Fact]
    public void Every_wrong_setting_is_named_with_its_value_and_what_it_needs()
    {
        var result = new EventsOptionsValidator().Validate(null, new EventsOptions
        {
            PollInterval = TimeSpan.Zero,
            ServerTimeout = TimeSpan.FromSeconds(5),
            KeepAlive = TimeSpan.FromSeconds(15),
            ReconnectMin = TimeSpan.FromSeconds(40),
            ReconnectMax = TimeSpan.FromSeconds(30),
        });

        Assert.Equal(
            [
                "Relay:Events:PollInterval is 00:00:00: it needs 00:00:00.0500000 to 00:10:00.",
                "Relay:Events:KeepAlive is 00:00:15: it needs 00:00:00.0100000 to 00:00:05.",
                "Relay:Events:ReconnectMax is 00:00:30: it needs 00:00:40 to 00:10:00.",
            ],
            result.Failures);
    }
}
