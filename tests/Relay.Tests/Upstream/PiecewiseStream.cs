namespace Serverless.Relay.Tests.Upstream;

/// <summary>Gives one piece a read, however much is asked for; then the end.</summary>
internal sealed class PiecewiseStream(params byte[][] pieces) : MemoryStream
{
    private readonly Queue<byte[]> _pieces = new(pieces);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_pieces.TryDequeue(out var piece))
        {
            return ValueTask.FromResult(0);
        }

        piece.CopyTo(buffer);
        return ValueTask.FromResult(piece.Length);
    }
}
