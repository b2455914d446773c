using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// Looks at an open tunnel about once a second: its age, whether anything passes, whether its peers are there and take
/// what they are sent. It reads only what the flows count anyway, so messages cost nothing more, and a time is noticed a
/// second late at most.
/// </summary>
internal sealed class Watch
{
    private readonly TunnelTerms _terms;
    private readonly LimitReached _reached;
    private readonly PeerWatch _client;
    private readonly PeerWatch _backend;
    private readonly Flow _fromClient;
    private readonly Flow _fromBackend;
    private readonly TimeSpan? _mostAge;
    private long _passed;
    private TimeSpan _passedAt;
    private bool _ageCounted;
    private bool _idleCounted;

    /// <param name="terms">What the tunnel has to keep to.</param>
    /// <param name="fromClient">What the client sends.</param>
    /// <param name="fromBackend">What the backend sends.</param>
    /// <param name="reached">Hears of limits.</param>
    public Watch(TunnelTerms terms, Flow fromClient, Flow fromBackend, LimitReached reached)
    {
        (_terms, _fromClient, _fromBackend, _reached) = (terms, fromClient, fromBackend, reached);
        _client = new PeerWatch(fromClient, fromBackend);
        _backend = new PeerWatch(fromBackend, fromClient);
        _mostAge = terms.Rules.Age is { } age ? age.Most + (age.Jitter * Random.Shared.NextDouble()) : null;
    }

    /// <summary>What there is to be done at an age; calls must not overlap.</summary>
    public Finding Look(TimeSpan age, DateTimeOffset now)
    {
        if (_terms.Expires <= now)
        {
            return End("token", TunnelEnd.TokenExpired);
        }

        if (age >= _mostAge && Counts("age", _terms.Rules.Age!.DryRun, ref _ageCounted))
        {
            return End("age", TunnelEnd.MaxAgeReached);
        }

        if (IsIdle(age))
        {
            return End("idle", TunnelEnd.IdleTimedOut);
        }

        var slow = _terms.Rules.SlowPeer;
        if (_client.IsSlow(age, slow?.Most) && Counts("slow_peer", slow!.DryRun, ref _client.SlowCounted))
        {
            return End("slow_peer", TunnelEnd.ClientTooSlow);
        }

        if (_backend.IsSlow(age, slow?.Most) && Counts("slow_peer", slow!.DryRun, ref _backend.SlowCounted))
        {
            return End("slow_peer", TunnelEnd.BackendTooSlow);
        }

        var client = _client.Listen(age, _terms.Rules.Ping);
        var backend = _backend.Listen(age, _terms.Rules.Ping);
        return client == Presence.Gone ? new Finding(TunnelEnd.ClientUnresponsive)
            : backend == Presence.Gone ? new Finding(TunnelEnd.BackendUnresponsive)
            : new Finding(TunnelEnd.None, client == Presence.Ask, backend == Presence.Ask);
    }

    private bool IsIdle(TimeSpan age)
    {
        var passed = _fromClient.Passed + _fromBackend.Passed;
        if (passed != _passed)
        {
            (_passed, _passedAt, _idleCounted) = (passed, age, false);
        }

        return _terms.Rules.Idle is { } idle && age - _passedAt >= idle.Most && Counts("idle", idle.DryRun, ref _idleCounted);
    }

    // True when it is to be acted on. A dry run counts each occasion once.
    private bool Counts(string limit, bool dryRun, ref bool counted)
    {
        if (!dryRun)
        {
            return true;
        }

        if (!counted)
        {
            counted = true;
            _reached(limit, "dry_run");
        }

        return false;
    }

    private Finding End(string limit, TunnelEnd end)
    {
        _reached(limit, "closed");
        return new Finding(end);
    }

    /// <summary>One peer: when it was last heard, and since when it takes nothing.</summary>
    /// <param name="hears">What comes from it.</param>
    /// <param name="tells">What goes to it.</param>
    private sealed class PeerWatch(Flow hears, Flow tells)
    {
        public bool SlowCounted;

        private long _heard;
        private TimeSpan _heardAt;
        private TimeSpan? _askedAt;
        private long _told;
        private int _blocks;
        private TimeSpan _blockedAt;

        public bool IsSlow(TimeSpan age, TimeSpan? most)
        {
            var blocks = tells.Blocks;
            if (blocks != _blocks)
            {
                (_blocks, _blockedAt, SlowCounted) = (blocks, age, false);
            }

            return (blocks & 1) != 0 && age - _blockedAt >= most;
        }

        public Presence Listen(TimeSpan age, PingRule? rule)
        {
            // What the relay itself keeps from being read says nothing of the peer.
            var heard = hears.Heard;
            if (heard != _heard || hears.Delayed || (hears.Blocks & 1) != 0)
            {
                (_heard, _heardAt, _askedAt) = (heard, age, null);
            }

            if (rule is null)
            {
                return Presence.There;
            }

            if (_askedAt is { } asked)
            {
                // A Ping waits for the end of the frame that is under way: a peer that takes that is there.
                var told = tells.Passed;
                if (tells.HasOrders && (told != _told || tells.Delayed))
                {
                    (_told, _askedAt) = (told, asked = age);
                }

                return age - asked >= rule.Deadline ? Presence.Gone : Presence.There;
            }

            if (age - _heardAt < rule.Interval)
            {
                return Presence.There;
            }

            (_askedAt, _told) = (age, tells.Passed);
            return Presence.Ask;
        }
    }

    private enum Presence
    {
        There,
        Ask,
        Gone,
    }
}

/// <summary>What a look at a tunnel has found.</summary>
/// <param name="End">Why it is to end; None when it is not.</param>
/// <param name="AskClient">The client is to be sent a Ping.</param>
/// <param name="AskBackend">The backend is to be sent a Ping.</param>
internal readonly record struct Finding(TunnelEnd End, bool AskClient = false, bool AskBackend = false);
