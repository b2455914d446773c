using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Contracts;
using Serverless.Relay.Events;
using Serverless.Relay.Tests.Sessions;

namespace Serverless.Relay.Tests.Events;

/// <summary>Each event once and in order, whichever way it comes.</summary>
public sealed class EventOrderTests
{
    private readonly List<long> _heeded = [];
    private readonly EventOrder _order;
    private int _anew;

    public EventOrderTests() => _order = new EventOrder(
        happened => _heeded.Add(happened.Sequence), _ => _anew++, Meters.Unread, NullLogger<EventOrder>.Instance);

    [Fact]
    public void Before_anything_is_known_nothing_is_heeded_and_then_everything_is_asked_anew_once()
    {
        var early = _order.Push(Event(7));
        var more = _order.Take(Page(latest: 7, 1, 2, 3), after: null);

        Assert.Equal((false, false, 1, 7L), (early, more, _anew, _order.Last));
        Assert.Empty(_heeded);
    }

    [Fact]
    public void Pushed_events_are_heeded_in_turn_and_once()
    {
        Begin(at: 3);

        Assert.True(_order.Push(Event(4)));
        Assert.True(_order.Push(Event(4)));
        Assert.True(_order.Push(Event(2)));
        Assert.True(_order.Push(Event(5)));

        Assert.Equal([4, 5], _heeded);
    }

    [Fact]
    public void What_comes_too_early_is_polled_for_with_what_was_before_it()
    {
        Begin(at: 3);

        Assert.False(_order.Push(Event(6)));
        Assert.False(_order.Take(Page(latest: 6, 4, 5, 6), after: 3));
        Assert.True(_order.Push(Event(6)));

        Assert.Equal([4, 5, 6], _heeded);
    }

    [Fact]
    public void What_was_pushed_while_a_page_was_under_way_is_not_heeded_again()
    {
        Begin(at: 3);
        _order.Push(Event(4));
        _order.Push(Event(5));

        Assert.False(_order.Take(Page(latest: 4, 4), after: 3));
        Assert.False(_order.Take(Page(latest: 6, 4, 5, 6), after: 3));

        Assert.Equal([4, 5, 6], _heeded);
        Assert.Equal(1, _anew);
    }

    [Fact]
    public void Of_a_page_that_is_not_the_last_the_next_is_asked_for_at_once()
    {
        Begin(at: 0);

        Assert.True(_order.Take(Page(latest: 5, 1, 2, 3), after: 0));
        Assert.False(_order.Take(Page(latest: 5, 4, 5), after: 3));
        Assert.False(_order.Take(Page(latest: 9), after: 5));

        Assert.Equal([1, 2, 3, 4, 5], _heeded);
    }

    [Fact]
    public void A_history_that_does_not_reach_back_far_enough_has_everything_asked_anew()
    {
        Begin(at: 3);

        _order.Take(Page(latest: 900, 800, 801) with { Complete = false }, after: 3);

        Assert.Equal((2, 900L), (_anew, _order.Last));
        Assert.Empty(_heeded);
    }

    [Fact]
    public void A_page_with_a_hole_has_everything_asked_anew()
    {
        Begin(at: 3);

        _order.Take(Page(latest: 6, 4, 6), after: 3);

        Assert.Equal((2, 6L), (_anew, _order.Last));
        Assert.Empty(_heeded);
    }

    [Fact]
    public void A_history_that_begins_again_has_everything_asked_anew_and_is_followed()
    {
        Begin(at: 30);

        _order.Take(Page(latest: 2), after: 30);
        _order.Push(Event(3));

        Assert.Equal((2, 3L), (_anew, _order.Last));
        Assert.Equal([3], _heeded);
    }

    [Fact]
    public void What_is_pushed_of_another_history_is_polled_for_and_does_not_take_the_place_of_the_own()
    {
        _order.Take(Page(latest: 41) with { Generation = "own" }, after: null);

        Assert.False(_order.Push(Event(42) with { Generation = "another" }));
        Assert.Equal(41, _order.Last);
        Assert.True(_order.Push(Event(42) with { Generation = "own", Application = "app-2" }));

        Assert.Equal([42], _heeded);
    }

    [Fact]
    public void Another_history_that_has_come_further_has_everything_asked_anew_too()
    {
        _order.Take(Page(latest: 3) with { Generation = "old" }, after: null);

        Assert.False(_order.Take(Page(latest: 5, 4, 5) with { Generation = "new" }, after: 3));
        Assert.True(_order.Push(Event(6) with { Generation = "new" }));

        Assert.Equal((2, 6L), (_anew, _order.Last));
        Assert.Equal([6], _heeded);
    }

    [Fact]
    public void An_event_that_cannot_be_heeded_does_not_keep_the_next_ones_from_it()
    {
        var heeded = new List<long>();
        var order = new EventOrder(
            happened => heeded.Add(happened.Sequence == 1 ? throw new InvalidOperationException() : happened.Sequence),
            _ => { },
            Meters.Unread,
            NullLogger<EventOrder>.Instance);
        order.Take(Page(latest: 0), after: null);

        order.Take(Page(latest: 2, 1, 2), after: 0);

        Assert.Equal([2], heeded);
    }

    private void Begin(long at) => _order.Take(Page(latest: at), after: null);

    private static EventPage Page(long latest, params long[] sequences) =>
        new() { Events = [.. sequences.Select(Event)], Latest = latest, Complete = true };

    private static GatewayEvent Event(long sequence) =>
        new() { Sequence = sequence, At = DateTimeOffset.UnixEpoch, Kind = EventKinds.ApplicationSuspended, Application = "app-1" };
}
