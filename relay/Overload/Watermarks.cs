namespace Serverless.Relay.Overload;

/// <summary>Decides from samples, one after the other, whether the relay is overloaded: from a high mark until below a low one.</summary>
internal sealed class Watermarks(OverloadOptions options)
{
    private bool _tunnels;
    private bool _descriptors;
    private bool _memory;

    /// <summary>Takes a sample, and says what there is too little of since then.</summary>
    public Shortage Take(ResourceUse use)
    {
        _tunnels = IsOver(use.Tunnels, mark: 1, _tunnels);
        _descriptors = IsOver(use.Descriptors, options.Descriptors, _descriptors);
        _memory = IsOver(use.Memory, options.Memory, _memory);
        return _tunnels ? Shortage.Tunnels : _descriptors ? Shortage.Descriptors : _memory ? Shortage.Memory : Shortage.None;
    }

    private bool IsOver(double use, double mark, bool before) => use >= (before ? mark * options.Relief : mark);
}
