namespace Serverless.Relay.Tunnel;

/// <summary>What a loop leaves of one direction to the streams: they go on where it stopped.</summary>
/// <param name="Owed">Has passed, and the sink has yet to get it.</param>
/// <param name="Rest">Was read, and the flow has yet to take it.</param>
/// <param name="Next">What the flow said last.</param>
internal readonly record struct Carried(ReadOnlyMemory<byte> Owed, ReadOnlyMemory<byte> Rest, FlowNext Next = FlowNext.More)
{
    /// <summary>The source's Close has gone on: nothing is left to be done.</summary>
    public bool IsClosed => Next == FlowNext.Closed && Owed.IsEmpty;
}
