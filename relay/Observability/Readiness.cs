namespace Serverless.Relay.Observability;

/// <summary>Whether the relay should be sent clients. Its facts are set by those who know them.</summary>
internal sealed class Readiness
{
    private volatile bool _configurationLoaded;
    private volatile bool _draining;
    private volatile bool _overloaded;

    /// <summary>Whether the relay has learnt what to serve, once.</summary>
    public bool ConfigurationLoaded
    {
        get => _configurationLoaded;
        set => _configurationLoaded = value;
    }

    /// <summary>Whether the relay is stopping.</summary>
    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }

    /// <summary>Whether the relay has as much to do as it can.</summary>
    public bool Overloaded
    {
        get => _overloaded;
        set => _overloaded = value;
    }

    /// <summary>Why not, or null when it should.</summary>
    public string? NotReadyBecause =>
        Draining ? "shutting_down"
        : !ConfigurationLoaded ? "configuration_unavailable"
        : Overloaded ? "overloaded"
        : null;
}
