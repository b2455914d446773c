using Serverless.Relay.Sessions;

namespace Serverless.Relay.Tests.Sessions;

public sealed class OperatorDrainsTests
{
    private static readonly SessionFilter Everything = new(null, null, null, null);
    private readonly SessionsRig _rig = new();

    [Fact]
    public void A_drain_that_was_accepted_begins_however_many_are_under_way()
    {
        Fill();
        var late = Open("late");

        var refused = _rig.Drains.Begin(Of("late"), spread: null);
        var begun = _rig.Drains.Begin(Of("late"), spread: null, always: true);

        Assert.Null(refused);
        Assert.Equal((1, 1), (begun!.Ending.Count, begun.Ending.Asked));
        Assert.Contains(begun, _rig.Drains.All);
        late.Dispose();
    }

    [Fact]
    public void Of_those_that_come_on_top_none_is_about_what_others_end_already()
    {
        Fill();
        Open("late");

        var first = _rig.Drains.Begin(Everything, spread: null, always: true);
        var second = _rig.Drains.Begin(Everything, spread: null, always: true);

        Assert.Equal((1, 0), (first!.Ending.Count, second!.Ending.Count));
        Assert.Equal(OperatorDrains.MostRunning + 1, _rig.Drains.All.Count(drain => drain.Ending.Left > 0));
    }

    private void Fill()
    {
        for (var i = 0; i < OperatorDrains.MostRunning; i++)
        {
            Open($"p{i}");
            Assert.NotNull(_rig.Drains.Begin(Of($"p{i}"), TimeSpan.FromHours(1)));
        }
    }

    private Session Open(string product) => _rig.Sessions.TryOpen(new SessionOwner(product, "production", "app-1"))!;

    private static SessionFilter Of(string product) => Everything with { Product = product };
}
