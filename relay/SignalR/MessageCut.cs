using System.Buffers;

namespace Serverless.Relay.SignalR;

/// <summary>
/// Cuts what a client sends into messages. What has been looked at is not looked at again when more comes: else a message in many small
/// pieces would cost its length squared.
/// </summary>
internal sealed class MessageCut
{
    private long _looked;

    /// <summary>Takes the next message, without its end, off the buffer; false when there is no whole one.</summary>
    public bool TryTake(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        if (buffer.Slice(_looked).PositionOf(Frames.End) is not { } end)
        {
            _looked = buffer.Length;
            message = default;
            return false;
        }

        _looked = 0;
        message = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }
}
