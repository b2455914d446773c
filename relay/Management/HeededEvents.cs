namespace Serverless.Relay.Management;

/// <summary>
/// What this relay has heard of: sent along with what it asks, because the functions are several processes, and the one that
/// answers may not have heard of it yet.
/// </summary>
internal sealed class HeededEvents
{
    private long _last;

    /// <summary>Sequence of the last event that was heeded; 0 before there is one.</summary>
    public long Last
    {
        get => Volatile.Read(ref _last);
        set => Volatile.Write(ref _last, value);
    }

    /// <summary>The same, as it is sent.</summary>
    public long? AfterEvent => Last is > 0 and var last ? last : null;
}
