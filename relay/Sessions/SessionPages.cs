namespace Serverless.Relay.Sessions;

/// <summary>Reads open sessions page by page, by id: each page is one look at all of them, and holds no more than itself.</summary>
internal static class SessionPages
{
    /// <summary>Sessions on a page.</summary>
    public const int Size = 100;

    /// <summary>The page after an id; the default id begins.</summary>
    public static SessionPage Read(OpenSessions sessions, SessionFilter filter, SessionId after)
    {
        var open = 0;

        // The largest id comes out first: what remains are the smallest ones, and one more that tells of a next page.
        var smallest = new PriorityQueue<Session, ulong>(Size + 2, Comparer<ulong>.Create((one, other) => other.CompareTo(one)));
        foreach (var session in sessions.All)
        {
            if (session.IsOpen)
            {
                open++;
                if (session.Id.CompareTo(after) > 0 && filter.Matches(session))
                {
                    smallest.Enqueue(session, session.Id.Value);
                    if (smallest.Count > Size + 1)
                    {
                        smallest.Dequeue();
                    }
                }
            }
        }

        var more = smallest.Count > Size;
        if (more)
        {
            smallest.Dequeue();
        }

        var page = smallest.UnorderedItems.Select(item => item.Element).OrderBy(session => session.Id).ToList();
        return new SessionPage(open, page.ConvertAll(SessionAnswer.Of), more ? page[^1].Id.ToString() : null);
    }
}
