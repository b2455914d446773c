namespace Serverless.Relay.Upstream;

/// <summary>Reads heads of answers from a connection, within a bound, and keeps what it read beyond them.</summary>
internal sealed class HeadReader(Stream source)
{
    private const int MaxHeadBytes = 32 * 1024;
    private const int MaxInterimAnswers = 8;

    private byte[] _buffer = new byte[4096];
    private int _filled;

    /// <summary>Whether anything came at all.</summary>
    public bool Started { get; private set; }

    /// <summary>Bytes that came after the last head.</summary>
    public ReadOnlyMemory<byte> Rest => _buffer.AsMemory(0, _filled);

    /// <summary>The next head that is not interim (RFC 9110 §15.2); 101 is not.</summary>
    /// <exception cref="InvalidDataException">What comes is not HTTP, too long, or ends too soon.</exception>
    public async Task<ResponseHead> ReadAsync(CancellationToken cancel)
    {
        for (var i = 0; i <= MaxInterimAnswers; i++)
        {
            var head = await ReadOneAsync(cancel);
            if (head.Status is 101 or >= 200)
            {
                return head;
            }
        }

        throw new InvalidDataException($"More than {MaxInterimAnswers} interim answers.");
    }

    private async Task<ResponseHead> ReadOneAsync(CancellationToken cancel)
    {
        var searched = 0;
        while (true)
        {
            var end = _buffer.AsSpan(searched, _filled - searched).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return Take(searched + end + 4);
            }

            // Something else than HTTP shows in the first bytes; it may well never send an empty line.
            if (!_buffer.AsSpan(0, Math.Min(_filled, 7)).SequenceEqual("HTTP/1."u8[..Math.Min(_filled, 7)]))
            {
                throw new InvalidDataException("The answer does not begin as HTTP/1 does.");
            }

            if (_filled == MaxHeadBytes)
            {
                throw new InvalidDataException($"The answer's head exceeds {MaxHeadBytes} bytes.");
            }

            if (_filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, MaxHeadBytes));
            }

            // The end may have begun with the last three bytes.
            searched = Math.Max(0, _filled - 3);
            var read = await source.ReadAsync(_buffer.AsMemory(_filled), cancel);
            if (read == 0)
            {
                throw new InvalidDataException($"The connection ended after {_filled} bytes of an answer's head.");
            }

            Started = true;
            _filled += read;
        }
    }

    private ResponseHead Take(int length)
    {
        if (!ResponseHead.TryParse(_buffer.AsSpan(0, length), out var head))
        {
            throw new InvalidDataException("The answer's head is not valid HTTP/1.");
        }

        _buffer.AsSpan(length, _filled - length).CopyTo(_buffer);
        _filled -= length;
        return head;
    }
}
