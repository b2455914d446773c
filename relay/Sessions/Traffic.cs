namespace Serverless.Relay.Sessions;

/// <summary>What a session has carried; in is from client to backend.</summary>
internal readonly record struct Traffic(long MessagesIn, long BytesIn, long MessagesOut, long BytesOut)
{
    public static Traffic operator -(Traffic now, Traffic before) => new(
        now.MessagesIn - before.MessagesIn,
        now.BytesIn - before.BytesIn,
        now.MessagesOut - before.MessagesOut,
        now.BytesOut - before.BytesOut);
}

/// <summary>What a line of the access log says of a session's traffic.</summary>
/// <param name="Total">Since it was opened.</param>
/// <param name="Since">Since the line before.</param>
internal readonly record struct TrafficRecord(Traffic Total, Traffic Since);
