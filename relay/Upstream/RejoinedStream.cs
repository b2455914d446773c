namespace Serverless.Relay.Upstream;

/// <summary>A connection of which some bytes have been read too early: yields these first, then the rest.</summary>
internal sealed class RejoinedStream(ReadOnlyMemory<byte> early, Stream connection) : ForwardOnlyStream(connection)
{
    private ReadOnlyMemory<byte> _early = early;

    public override bool CanWrite => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_early.IsEmpty)
        {
            return Connection.ReadAsync(buffer, cancellationToken);
        }

        // An empty read ends at once, as there is something to read.
        var count = Math.Min(buffer.Length, _early.Length);
        _early[..count].CopyTo(buffer);
        _early = count == _early.Length ? default : _early[count..];
        return ValueTask.FromResult(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Connection.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Connection.WriteAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => Connection.FlushAsync(cancellationToken);
}
