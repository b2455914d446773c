using System.Runtime.CompilerServices;
using Serverless.Relay.SignalR;
using Serverless.Tests.Common;

namespace Serverless.Relay.Tests.SignalR;

public sealed class UserGroupsTests
{
    private readonly ManualTime _time = new();
    private readonly UserGroups _groups;

    public UserGroupsTests() => _groups = new UserGroups(_time);

    [Fact]
    public void Of_memberships_that_were_renewed_or_left_nothing_is_kept()
    {
        var names = Names(10_000);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // A hundred more than are needed are worth no clearing.
        Assert.InRange(names.Count(name => name.IsAlive), 0, 1000);
        Assert.True(_groups.Has("ann", "renewed"));
    }

    [Fact]
    public void Among_many_that_were_renewed_each_ends_at_its_last_end()
    {
        for (var i = 0; i < 5000; i++)
        {
            _groups.Add("ann", $"g{i % 50}", TimeSpan.FromSeconds(1 + i));
        }

        Assert.Empty(Over(4949));
        Assert.Equal(["g0"], Over(4951).Select(over => over.Group));
        Assert.Equal(49, Over(5000).Count);
        Assert.Empty(_groups.Of("ann"));
    }

    private List<(string User, string Group)> Over(int second)
    {
        _time.Advance(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(second) - _time.GetUtcNow());
        return _groups.RemoveOver();
    }

    // Not inlined, so that no frame holds the last name.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private List<WeakReference> Names(int count)
    {
        var names = new List<WeakReference>();
        for (var i = 0; i < count; i++)
        {
            var (renewed, left) = (new string("renewed"), $"left {i}");
            _groups.Add("ann", renewed, i % 2 == 0 ? TimeSpan.FromDays(1) : null);
            _groups.Add("bob", left, null);
            _groups.Remove("bob", left);
            names.AddRange([new WeakReference(renewed), new WeakReference(left)]);
        }

        return names;
    }
}
