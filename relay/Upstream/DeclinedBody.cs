namespace Serverless.Relay.Upstream;

/// <summary>
/// The body of an answer that is no 101, without its transfer coding. Ends the connection when disposed of: after a
/// handshake that was declined, nobody can be sure of what the backend takes its next bytes for.
/// </summary>
internal sealed class DeclinedBody(Stream connection, BodyFraming framing, TimeSpan readTimeout, TimeProvider time)
    : ForwardOnlyStream(connection)
{
    private readonly ChunkedDecoder? _chunks = framing.IsChunked ? new ChunkedDecoder() : null;
    private long? _left = framing.Length;
    private byte[] _coded = [];
    private int _codedStart;
    private int _codedEnd;

    public override bool CanWrite => false;

    /// <exception cref="IOException">The body is cut short or broken, or the backend stopped sending.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_chunks is not null)
        {
            return await ReadChunksAsync(_chunks, buffer, cancellationToken);
        }

        if (_left == 0 || buffer.IsEmpty)
        {
            return 0;
        }

        var read = await FillAsync(buffer[..(int)Math.Min(buffer.Length, _left ?? buffer.Length)], cancellationToken);
        if (read == 0 && _left > 0)
        {
            throw CutShort();
        }

        _left -= read;
        return read;
    }

    private async ValueTask<int> ReadChunksAsync(ChunkedDecoder chunks, Memory<byte> buffer, CancellationToken cancel)
    {
        while (!chunks.Ended && !buffer.IsEmpty)
        {
            if (_codedStart == _codedEnd)
            {
                _coded = _coded.Length > 0 ? _coded : new byte[16 * 1024];
                _codedEnd = await FillAsync(_coded, cancel);
                _codedStart = 0;
                if (_codedEnd == 0)
                {
                    throw CutShort();
                }
            }

            int written;
            try
            {
                chunks.Decode(_coded.AsSpan(_codedStart, _codedEnd - _codedStart), buffer.Span, out var consumed, out written);
                _codedStart += consumed;
            }
            catch (InvalidDataException e)
            {
                throw new IOException(e.Message, e);
            }

            if (written > 0)
            {
                return written;
            }
        }

        return 0;
    }

    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(readTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await Connection.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new IOException("The backend stopped sending in the middle of its answer.", e);
        }
    }

    private static IOException CutShort() => new("The backend's connection ended in the middle of its answer.");
}
