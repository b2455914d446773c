using System.Runtime.CompilerServices;

namespace Serverless.Relay.Tunnel;

/// <summary>The bytes of a frame that a read cut short too early, kept without a buffer until the rest comes.</summary>
internal struct HeldBytes
{
    private Storage _bytes;
    private int _count;

    public void Set(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes);
        _count = bytes.Length;
    }

    /// <summary>Puts the bytes at the start of <paramref name="buffer"/>, and says how many they are.</summary>
    public readonly int CopyTo(Span<byte> buffer)
    {
        ((ReadOnlySpan<byte>)_bytes)[.._count].CopyTo(buffer);
        return _count;
    }

    [InlineArray(Flow.MostHeld)]
    private struct Storage
    {
        private byte _first;
    }
}
