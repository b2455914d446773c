using Serverless.Relay.Outcomes;
using Serverless.Relay.Tunnel;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.Tunnel;

public sealed class FlowLimitTests
{
    private readonly ManualTime _time = new();
    private readonly List<string> _reached = [];

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void Ends_at_a_message_that_is_a_byte_too_big(int size, bool isTooBig)
    {
        var run = Run(new DirectionRules { MessageSize = new SizeRule(100) });

        run.Feed(Frame.Message(size, masked: true));

        Assert.Equal(isTooBig ? FlowNext.Broken : FlowNext.More, run.Next);
        Assert.Equal(isTooBig ? TunnelEnd.ClientMessageTooBig : TunnelEnd.None, run.Flow.End);
        Assert.Equal(isTooBig ? 0 : 1, run.Flow.Totals.Messages);
        Assert.Equal(isTooBig ? ["message_size closed"] : [], _reached);
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(51, true)]
    public void Adds_up_the_frames_of_a_message_and_not_the_control_frames_between_them(int last, bool isTooBig)
    {
        var run = Run(new DirectionRules { MessageSize = new SizeRule(100) });

        run.Feed([
            .. Frame.Message(100, masked: true),
            .. Frame.Of(Frame.Text, new byte[50], masked: true, final: false),
            .. Frame.Of(Frame.Ping, new byte[125], masked: true),
            .. Frame.Of(Frame.Continuation, new byte[last], masked: true),
        ]);

        Assert.Equal(isTooBig ? FlowNext.Broken : FlowNext.More, run.Next);
    }

    [Fact]
    public void Takes_no_sum_of_lengths_for_a_small_one()
    {
        var run = Run(new DirectionRules { MessageSize = new SizeRule(long.MaxValue) });
        byte[] longest = [0x00, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

        run.Feed(Frame.Of(Frame.Text, "x"u8, masked: true, final: false));

        Assert.Equal(FlowNext.Broken, run.Feed(longest));
        Assert.Equal(TunnelEnd.ClientMessageTooBig, run.Flow.End);
    }

    [Fact]
    public void A_dry_run_lets_everything_pass_and_counts_each_message_once()
    {
        var rules = new DirectionRules
        {
            MessageSize = new SizeRule(10, DryRun: true),
            Messages = new RateRule(1, 1, RateAction.Close, DryRun: true),
        };
        var run = Run(rules);

        run.Feed([
            .. Frame.Of(Frame.Text, new byte[20], masked: true, final: false),
            .. Frame.Of(Frame.Continuation, new byte[20], masked: true),
            .. Frame.Message(1, masked: true),
        ]);

        Assert.Equal(2, run.Flow.Totals.Messages);
        Assert.Equal(["message_size dry_run", "message_rate dry_run"], _reached);
    }

    [Fact]
    public void Ends_at_the_message_that_finds_no_token_and_not_at_the_one_before()
    {
        var run = Run(new DirectionRules { Messages = new RateRule(2, 3, RateAction.Close) });
        byte[] message = Frame.Message(5, masked: true);

        Assert.Equal(FlowNext.More, run.Feed([.. message, .. message, .. message]));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(FlowNext.More, run.Feed(message));
        _time.Advance(TimeSpan.FromMilliseconds(499));

        Assert.Equal(FlowNext.Broken, run.Feed(message));
        Assert.Equal(TunnelEnd.ClientRateExceeded, run.Flow.End);
        Assert.Equal(4, run.Flow.Totals.Messages);
    }

    [Fact]
    public void Holds_a_message_back_until_its_token_comes_and_loses_nothing()
    {
        var run = Run(new DirectionRules { Messages = new RateRule(10, 1, RateAction.Delay) });
        var message = Frame.Message(5, masked: true);

        Assert.Equal(FlowNext.Wait, run.Feed([.. message, .. message]));
        Assert.Equal(TimeSpan.FromMilliseconds(100), run.Flow.Wait);
        _time.Advance(run.Flow.Wait - TimeSpan.FromTicks(1));
        Assert.Equal(FlowNext.Wait, run.Feed([]));
        Assert.Equal(message, run.Sink);
        _time.Advance(run.Flow.Wait);

        Assert.Equal(FlowNext.More, run.Feed([]));
        Assert.Equal([.. message, .. message], run.Sink);
        Assert.Equal(["message_rate delayed"], _reached);
    }

    [Fact]
    public void Drops_whole_messages_and_carries_the_control_frames_between_their_frames()
    {
        var run = Run(new DirectionRules { Messages = new RateRule(1, 1, RateAction.Drop) });
        var kept = Frame.Message(5, masked: true);
        var ping = Frame.Of(Frame.Ping, "p"u8, masked: true);

        run.Feed([
            .. kept,
            .. Frame.Of(Frame.Text, "lost"u8, masked: true, final: false),
            .. ping,
            .. Frame.Of(Frame.Continuation, "too"u8, masked: true),
        ]);
        _time.Advance(TimeSpan.FromSeconds(1));
        run.Feed(kept);

        Assert.Equal([.. kept, .. ping, .. kept], run.Sink);
        Assert.Equal(new DirectionTotals(2, 10), run.Flow.Totals);
        Assert.Equal(["message_rate dropped"], _reached);
    }

    [Theory]
    [InlineData(40, false)]
    [InlineData(41, true)]
    public void Ends_at_the_byte_that_finds_no_token(int second, bool isOver)
    {
        var run = Run(new DirectionRules { Bytes = new RateRule(10, 100, RateAction.Close) });

        run.Feed(Frame.Message(60, masked: true));

        Assert.Equal(isOver ? FlowNext.Broken : FlowNext.More, run.Feed(Frame.Message(second, masked: true)));
    }

    [Fact]
    public void A_frame_larger_than_the_bucket_goes_on_as_the_bucket_fills()
    {
        var run = Run(new DirectionRules { Bytes = new RateRule(100, 100, RateAction.Delay) });
        var frame = Frame.Message(250, masked: true);
        var header = frame.Length - 250;

        Assert.Equal(FlowNext.Wait, run.Feed(frame));
        Assert.Equal((header + 100, TimeSpan.FromSeconds(1)), (run.Sink.Count, run.Flow.Wait));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FlowNext.Wait, run.Feed([]));
        Assert.Equal((header + 200, TimeSpan.FromSeconds(0.5)), (run.Sink.Count, run.Flow.Wait));
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(FlowNext.More, run.Feed([]));
        Assert.Equal(frame, run.Sink);
        Assert.Equal(["byte_rate delayed", "byte_rate delayed"], _reached);
    }

    [Fact]
    public void A_frame_without_end_is_held_to_its_rate_too()
    {
        var run = Run(new DirectionRules { Bytes = new RateRule(0.001, 1, RateAction.Delay) });
        byte[] header = [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

        Assert.Equal(FlowNext.Wait, run.Feed([.. header, .. new byte[1000]]));
        Assert.Equal(header.Length + 1, run.Sink.Count);

        // As long as timers can wait: then it is asked again.
        Assert.InRange(run.Flow.Wait, TimeSpan.FromMinutes(16), TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData(Frame.Ping, 94, false)]
    [InlineData(Frame.Ping, 95, true)]
    [InlineData(Frame.Pong, 95, true)]
    [InlineData(Frame.CloseOpcode, 95, false)]
    public void Control_frames_cost_their_own_length_and_a_close_nothing(int opcode, int payload, bool isOver)
    {
        var run = Run(new DirectionRules { Bytes = new RateRule(1, 100, RateAction.Close) });

        run.Feed(Frame.Of(opcode, [.. new byte[] { 3, 232 }, .. new byte[payload - 2]], masked: true));

        Assert.Equal(isOver, run.Next == FlowNext.Broken);
    }

    [Fact]
    public void Frames_without_payload_cost_their_own_length()
    {
        var run = Run(new DirectionRules { Bytes = new RateRule(1, 18, RateAction.Close) });
        var begin = Frame.Of(Frame.Text, [], masked: true, final: false);
        var more = Frame.Of(Frame.Continuation, [], masked: true, final: false);

        Assert.Equal(FlowNext.More, run.Feed([.. begin, .. more, .. more]));
        Assert.Equal(FlowNext.Broken, run.Feed(more));
        Assert.Equal(TunnelEnd.ClientRateExceeded, run.Flow.End);
    }

    [Fact]
    public void A_ping_may_be_dropped_without_the_message_around_it()
    {
        var run = Run(new DirectionRules { Bytes = new RateRule(1, 10, RateAction.Drop) });
        var begin = Frame.Of(Frame.Text, "12345"u8, masked: true, final: false);
        var end = Frame.Of(Frame.Continuation, "67890"u8, masked: true);

        run.Feed([.. begin, .. Frame.Of(Frame.Ping, "p"u8, masked: true), .. end]);

        Assert.Equal([.. begin, .. end], run.Sink);
    }

    [Fact]
    public void A_message_that_waits_for_its_turn_does_not_pay_its_bytes_twice()
    {
        var run = Run(new DirectionRules
        {
            Messages = new RateRule(1, 1, RateAction.Delay),
            Bytes = new RateRule(1, 100, RateAction.Close),
        });

        run.Feed([.. Frame.Message(10, masked: true), .. Frame.Message(90, masked: true)]);
        run.Feed([]);
        run.Feed([]);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(FlowNext.More, run.Feed([]));
        Assert.Equal(2, run.Flow.Totals.Messages);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Ends_at_the_message_for_which_nothing_is_left(int messages, bool isOver)
    {
        var (left, more) = (new Counted(2), new Counted(5));
        var terms = new TunnelTerms { FromClient = new DirectionAllowances([more, left], []) };
        var run = FlowRun.Of(fromClient: true, terms, _time, Reached);

        run.Feed([.. Enumerable.Range(0, messages).SelectMany(_ => Frame.Message(1, masked: true))]);

        Assert.Equal(isOver ? FlowNext.Broken : FlowNext.More, run.Next);
        Assert.Equal((0, 3), (left.Left, more.Left));
        Assert.Equal(isOver ? TunnelEnd.PlanLimitReached : TunnelEnd.None, run.Flow.End);
    }

    [Fact]
    public void Gives_back_the_message_whose_bytes_are_too_many()
    {
        var (messages, bytes) = (new Counted(1), new Counted(9));
        var terms = new TunnelTerms { FromClient = new DirectionAllowances([messages], [bytes]) };
        var run = FlowRun.Of(fromClient: true, terms, _time, Reached);

        Assert.Equal(FlowNext.Broken, run.Feed(Frame.Message(10, masked: true)));
        Assert.Equal((1, 9), (messages.Left, bytes.Left));
    }

    private FlowRun Run(DirectionRules rules) =>
        FlowRun.Of(fromClient: true, new TunnelTerms { Rules = new TunnelRules { FromClient = rules } }, _time, Reached);

    private void Reached(string limit, string action) => _reached.Add($"{limit} {action}");

    private sealed class Counted(long left) : Allowance
    {
        public long Left { get; private set; } = left;

        public override bool TrySpend(long amount)
        {
            if (amount > Left)
            {
                return false;
            }

            Left -= amount;
            return true;
        }

        public override void Return(long amount) => Left += amount;
    }
}
