using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Tests.Tunnel;

/// <summary>Drives a flow as an engine does, into memory: what has to come again comes again.</summary>
internal sealed class FlowRun(Flow flow)
{
    private byte[] _held = [];

    public static FlowRun Of(bool fromClient, TunnelTerms? terms = null, TimeProvider? time = null, LimitReached? reached = null) =>
        new(new Flow(fromClient, terms ?? new TunnelTerms(), time ?? TimeProvider.System, reached ?? ((_, _) => { })));

    public Flow Flow => flow;

    /// <summary>Everything that the sink got, insertions included.</summary>
    public List<byte> Sink { get; } = [];

    /// <summary>Bytes that the flow has allocated.</summary>
    public long Allocated { get; private set; }

    /// <summary>What the last step asked for.</summary>
    public FlowNext Next { get; private set; }

    /// <summary>Takes bytes, or after a wait nothing new, until the flow wants more, waits or is over.</summary>
    public FlowNext Feed(ReadOnlySpan<byte> bytes)
    {
        flow.Hear(bytes.Length);
        byte[] input = [.. _held, .. bytes];
        Insert();
        var at = 0;
        while (true)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var step = flow.Take(input.AsSpan(at));
            Allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(step.Passed == 0 || step.Skipped == 0);
            Sink.AddRange(input.AsSpan(at, step.Passed));
            at += step.Passed + step.Skipped;
            if (step.Next == FlowNext.Insert)
            {
                Assert.True(Insert());
            }
            else if (step.Next != FlowNext.Again)
            {
                _held = input[at..];
                Assert.True(step.Next != FlowNext.More || _held.Length < Flow.MostHeld);
                return Next = step.Next;
            }
        }
    }

    private bool Insert()
    {
        var any = false;
        while (flow.TryInsert(out var frame))
        {
            Sink.AddRange(frame.Span);
            any = true;
        }

        return any;
    }
}
