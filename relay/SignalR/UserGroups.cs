namespace Serverless.Relay.SignalR;

/// <summary>
/// Which users are in which groups, and until when: it outlasts their connections. Not safe for threads: its hub locks.
/// </summary>
internal sealed class UserGroups(TimeProvider time)
{
    private const int MostWithoutEnd = 100;
    private const int FewStale = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private readonly Dictionary<string, List<Membership>> _users = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string User, string Group), DateTimeOffset> _ends = new();
    private int _count;

    private sealed record Membership(string Group, DateTimeOffset End, bool HasTtl);

    /// <summary>The groups that a new connection of the user joins.</summary>
    public IEnumerable<string> Of(string user) =>
        _users.TryGetValue(user, out var groups) ? groups.Select(membership => membership.Group) : [];

    /// <summary>Adds a user, in place of what was said of them and the group before; the group they had to leave for it, if any.</summary>
    public string? Add(string user, string group, TimeSpan? ttl)
    {
        if (!_users.TryGetValue(user, out var groups))
        {
            _users.Add(user, groups = []);
        }

        _count -= groups.RemoveAll(membership => membership.Group == group);
        var end = time.GetUtcNow() + (ttl is { } given && given < Longest ? given : Longest);
        groups.Add(new Membership(group, end, ttl is not null));
        _ends.Enqueue((user, group), end);
        _count++;
        var endless = groups.Where(membership => !membership.HasTtl).ToList();
        var oldest = endless.Count > MostWithoutEnd ? endless[0] : null;
        if (oldest is not null)
        {
            groups.Remove(oldest);
            _count--;
        }

        ForgetStaleEnds();
        return oldest?.Group;
    }

    /// <summary>Takes a user out of a group; false when they were not in it.</summary>
    public bool Remove(string user, string group)
    {
        if (!_users.TryGetValue(user, out var groups) || groups.RemoveAll(membership => membership.Group == group) == 0)
        {
            return false;
        }

        _count--;
        if (groups.Count == 0)
        {
            _users.Remove(user);
        }

        ForgetStaleEnds();
        return true;
    }

    /// <summary>Whether a user is in a group.</summary>
    public bool Has(string user, string group) => Of(user).Contains(group, StringComparer.Ordinal);

    /// <summary>Takes out whose time is over, and says who they were.</summary>
    public List<(string User, string Group)> RemoveOver()
    {
        var over = new List<(string, string)>();
        var now = time.GetUtcNow();
        while (_ends.TryPeek(out var next, out var end) && end <= now)
        {
            _ends.Dequeue();

            // It may have been put off since.
            if (_users.TryGetValue(next.User, out var groups) && groups.Exists(membership => membership.Group == next.Group && membership.End <= now))
            {
                Remove(next.User, next.Group);
                over.Add(next);
            }
        }

        return over;
    }

    // Who is added again, or taken out, leaves an end behind, a year ahead perhaps. They are cleared when they are most of the queue, so
    // that each costs no more than its share.
    private void ForgetStaleEnds()
    {
        if (_ends.Count > (2 * _count) + FewStale)
        {
            _ends.Clear();
            _ends.EnqueueRange(_users.SelectMany(user => user.Value.Select(membership => ((user.Key, membership.Group), membership.End))));
        }
    }
}
