namespace Serverless.Relay.Upstream;

/// <summary>
/// Takes the chunked transfer coding off a body (RFC 9112 §7.1), cut anywhere. Extensions and trailers are dropped: what
/// they say concerns the connection that ends here.
/// </summary>
internal sealed class ChunkedDecoder
{
    // Chunk heads and trailers are bounded each, so that a body cannot consist of framing alone.
    private const int MaxFramingBytes = 8 * 1024;

    private State _state = State.SizeStart;
    private long _size;
    private int _framing;

    private enum State
    {
        SizeStart,
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataReturn,
        DataLineFeed,
        TrailerStart,
        Trailer,
        TrailerLineFeed,
        EndLineFeed,
        End,
    }

    /// <summary>The last chunk and the trailers have been read.</summary>
    public bool Ended => _state == State.End;

    /// <summary>Decodes from <paramref name="coded"/> into <paramref name="body"/> as far as both reach.</summary>
    /// <exception cref="InvalidDataException">The coding is broken.</exception>
    public void Decode(ReadOnlySpan<byte> coded, Span<byte> body, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (consumed < coded.Length && !Ended)
        {
            if (_state == State.Data)
            {
                var count = (int)Math.Min(_size, Math.Min(coded.Length - consumed, body.Length - written));
                if (count == 0)
                {
                    return;
                }

                coded.Slice(consumed, count).CopyTo(body[written..]);
                consumed += count;
                written += count;
                _size -= count;
                _state = _size == 0 ? State.DataReturn : State.Data;
                continue;
            }

            _state = Next(coded[consumed++]);
            if (_state is not State.Data && ++_framing > MaxFramingBytes)
            {
                throw new InvalidDataException("A chunk's head or the trailers are too long.");
            }
        }
    }

    private State Next(byte b)
    {
        switch (_state)
        {
            case State.SizeStart:
                (_size, _framing) = (0, 0);
                return AddDigit(b);

            case State.Size when b == '\r':
                return State.SizeLineFeed;

            case State.Size when b is (byte)';' or (byte)' ' or (byte)'\t':
                return State.Extension;

            case State.Size:
                return AddDigit(b);

            case State.Extension:
                return b == '\r' ? State.SizeLineFeed : b == '\n' ? throw Broken() : State.Extension;

            case State.SizeLineFeed when b == '\n':
                return _size > 0 ? State.Data : State.TrailerStart;

            case State.DataReturn when b == '\r':
                return State.DataLineFeed;

            case State.DataLineFeed when b == '\n':
                return State.SizeStart;

            case State.TrailerStart:
            case State.Trailer:
                return b switch
                {
                    (byte)'\r' => _state == State.TrailerStart ? State.EndLineFeed : State.TrailerLineFeed,
                    (byte)'\n' => throw Broken(),
                    _ => State.Trailer,
                };

            case State.TrailerLineFeed when b == '\n':
                return State.TrailerStart;

            case State.EndLineFeed when b == '\n':
                return State.End;

            default:
                throw Broken();
        }
    }

    private State AddDigit(byte b)
    {
        if (!char.IsAsciiHexDigit((char)b) || _size > long.MaxValue >> 4)
        {
            throw Broken();
        }

        _size = (_size << 4) | (uint)(b <= (byte)'9' ? b - '0' : (b | 0x20) - 'a' + 10);
        return State.Size;
    }

    private static InvalidDataException Broken() => new("The chunked coding of the body is broken.");
}
