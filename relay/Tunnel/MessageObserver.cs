namespace Serverless.Relay.Tunnel;

/// <summary>Sees the messages of one direction as they pass, and holds up nothing. Called by the engine alone.</summary>
internal abstract class MessageObserver : IDisposable
{
    /// <summary>A message begins.</summary>
    /// <param name="isText">Or binary.</param>
    /// <param name="isCompressed">Its payload is not what its sender meant.</param>
    public abstract void Begin(bool isText, bool isCompressed);

    /// <summary>A part of its payload has come.</summary>
    /// <param name="payload">As it passes.</param>
    /// <param name="mask">The frame's masking key, big-endian; 0 where there is none (RFC 6455 §5.3).</param>
    /// <param name="offset">Of the part in the payload of its frame.</param>
    public abstract void Take(ReadOnlySpan<byte> payload, uint mask, long offset);

    /// <summary>It has passed whole.</summary>
    public abstract void End();

    /// <inheritdoc/>
    public abstract void Dispose();
}
