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
    public void A_frame_larger_than_the_bucket_goes_when_it_is_full_and_what_follows_pays()
    {
        var run = Run(new DirectionRules { Bytes = new RateRule(100, 100, RateAction.Delay) });

        Assert.Equal(FlowNext.More, run.Feed(Frame.Message(300, masked: true)));
        Assert.Equal(FlowNext.Wait, run.Feed(Frame.Message(50, masked: true)));
        Assert.Equal(TimeSpan.FromSeconds(2.5), run.Flow.Wait);
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
