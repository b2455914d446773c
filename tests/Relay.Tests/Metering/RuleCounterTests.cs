using System.Text.Json;
using Serverless.Contracts;
using Serverless.Relay.Metering;
using Serverless.Relay.Tests.Tunnel;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Tests.Metering;

/// <summary>Message rules as a flow drives them.</summary>
public sealed class RuleCounterTests
{
    private readonly ApplicationMeter _meter = new("chat", "a");
    private int _ended;

    [Theory]
    [InlineData("""{"type":"order"}""", "/type", "\"order\"", true)]
    [InlineData("""{"type":"Order"}""", "/type", "\"order\"", false)]
    [InlineData("""{"type":{"of":["x","order"]}}""", "/type/of/1", "\"order\"", true)]
    [InlineData("""{"type":{"of":["x","order"]}}""", "/type/of/01", "\"order\"", false)]
    [InlineData("""{"type":{"of":["x","order"]}}""", "/type/of/2", "\"order\"", false)]
    [InlineData("""{"a/b":{"~":1}}""", "/a~1b/~0", "1.0", true)]
    [InlineData("""{"n":10000000000000000001}""", "/n", "10000000000000000000", false)]
    [InlineData("""{"n":1e400}""", "/n", "1", false)]
    [InlineData("""{"n":null}""", "/n", "null", true)]
    [InlineData("""{"n":false}""", "/n", "true", false)]
    [InlineData("\"whole\"", "", "\"whole\"", true)]
    [InlineData("{", "/type", "\"order\"", false)]
    [InlineData("""{"type":"\ud800"}""", "/type", "\"order\"", false)]
    [InlineData("""{"\ud800":"order"}""", "/type", "\"order\"", false)]
    [InlineData("", "/type", "\"order\"", false)]
    public void A_pointer_matches_a_value_that_is_equal(string message, string place, string value, bool matches)
    {
        Feed(Rule(at: place, value: value), Frame.Of(Frame.Text, System.Text.Encoding.UTF8.GetBytes(message), masked: true));

        Assert.Equal(matches ? 1 : 0, _meter["orders"].Counted);
    }

    [Fact]
    public void A_message_is_put_together_from_its_frames_however_they_are_cut()
    {
        var message = """{"type":"order","more":"äöü"}"""u8;
        byte[] bytes =
        [
            .. Frame.Of(Frame.Text, message[..5], masked: true, final: false),
            .. Frame.Of(Frame.Ping, "{}"u8, masked: true),
            .. Frame.Of(Frame.Continuation, message[5..5], masked: true, final: false),
            .. Frame.Of(Frame.Continuation, message[5..], masked: true),
        ];
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            Feed(Rule(at: "/type", value: "\"order\""), bytes[..cut], bytes[cut..]);
        }

        Assert.Equal(bytes.Length, _meter["orders"].Counted);
    }

    [Theory]
    [InlineData(MessageOpcode.Text, 1)]
    [InlineData(MessageOpcode.Binary, 2)]
    [InlineData(MessageOpcode.Any, 3)]
    public void Kinds_are_counted_without_a_look_inside(MessageOpcode opcode, int count)
    {
        Feed(Rule(opcode), [
            .. Frame.Of(Frame.Text, "x"u8, masked: true),
            .. Frame.Of(Frame.Binary, "x"u8, masked: true, final: false),
            .. Frame.Of(Frame.Continuation, "x"u8, masked: true),
            .. Frame.Of(Frame.Ping, "x"u8, masked: true),
            .. Frame.Of(Frame.Binary, "x"u8, masked: true),
            .. Frame.Of(Frame.Binary, "not whole"u8, masked: true)[..^1],
        ]);

        Assert.Equal(7 * count, _meter["orders"].Counted);
    }

    [Theory]
    [InlineData(RuleCounter.MostRead, 1)]
    [InlineData(RuleCounter.MostRead + 1, 0)]
    public void A_message_longer_than_is_read_matches_no_pointer(int size, int count)
    {
        var text = $$"""{"type":"order","pad":"{{new string('x', size)}}"}""".AsSpan();
        var message = $"{text[..(size - 2)]}\"}}";
        Assert.Equal(size, message.Length);

        Feed(Rule(at: "/type", value: "\"order\""), Frame.Of(Frame.Text, System.Text.Encoding.ASCII.GetBytes(message), masked: true));

        Assert.Equal(count, _meter["orders"].Counted);
    }

    [Fact]
    public void What_is_counted_beyond_a_limit_ends_the_tunnel_and_counts()
    {
        _meter.Heed([new MeteredLimit { Metric = "orders", Period = "day", Limit = 7, Used = 0 }]);
        var message = Frame.Of(Frame.Text, "x"u8, masked: true);

        Feed(Rule(), message);
        Assert.Equal(0, _ended);
        Feed(Rule(), message);

        Assert.Equal(1, _ended);
        Assert.Equal(14, _meter["orders"].Counted);
    }

    private static MessageRule Rule(MessageOpcode opcode = MessageOpcode.Any, string? at = null, string? value = null) => new()
    {
        Direction = MessageDirection.In,
        Opcode = opcode,
        JsonPointer = at,
        EqualTo = value is null ? null : JsonDocument.Parse(value).RootElement,
        Metric = "orders",
        Delta = at is null ? 7 : 1,
    };

    private void Feed(MessageRule rule, params byte[][] parts)
    {
        var run = FlowRun.Of(
            fromClient: true,
            new TunnelTerms { ClientObserver = new CountingRules([rule]).FromClient(_meter, () => _ended++) });
        foreach (var part in parts)
        {
            run.Feed(part);
        }

        run.Flow.Settle();
    }
}
