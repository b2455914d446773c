namespace Serverless.Relay.SignalR;

/// <summary>The emulation of Azure SignalR Service. Section <c>Relay:SignalR</c>.</summary>
public sealed class SignalROptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Relay:SignalR";

    /// <summary>Where the official emulator listens.</summary>
    public const int UsualPort = 8888;

    /// <summary>What the official emulator takes. Its key is public: it protects nothing.</summary>
    public const string UsualConnectionString =
        "Endpoint=http://localhost;Port=8888;AccessKey=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH;Version=1.0;";

    /// <summary>Port of the emulation, usually 8888; 0 is chosen by the system. Null, the default: there is none.</summary>
    public int? Port { get; set; }

    /// <summary>IP address to listen on. Defaults to 127.0.0.1, because the usual key is no secret.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>
    /// Whose key signs tokens, and for which hosts. Defaults to the official emulator's, so that what is written for that works.
    /// </summary>
    public string ConnectionString { get; set; } = UsualConnectionString;

    /// <summary>Which limits hold. Defaults to those of the tier Standard, to meet them here first.</summary>
    public SignalRLimits Limits { get; set; } = SignalRLimits.Standard;

    /// <summary>Units of the tier. Defaults to 1.</summary>
    public int Units { get; set; } = 1;

    /// <summary>How long a webhook may take. Defaults to 30 s: a cold start, and no more.</summary>
    public TimeSpan UpstreamTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Who is told of what clients do; the first that matches. Defaults to nobody.</summary>
    public IList<UpstreamTemplate> Upstream { get; } = [];
}

/// <summary>Limits of a tier of the real service.</summary>
public enum SignalRLimits
{
    /// <summary>None but those that keep the process alive: bodies and messages of up to 16 MiB.</summary>
    Off,

    /// <summary>1 MB, 20 connections and 20,000 messages a day.</summary>
    Free,

    /// <summary>1 MB, and 1,000 connections a unit; messages cost money there, and are not refused.</summary>
    Standard,
}
