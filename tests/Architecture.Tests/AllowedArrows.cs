using System.Collections.Frozen;

namespace Serverless.Architecture.Tests;

/// <summary>Which folder may use which, on each plane. What is not here is not allowed.</summary>
internal static class AllowedArrows
{
    public static FrozenDictionary<string, string[]> Functions { get; } = Parse("""
        Contracts     :
        Storage       : Contracts
        Http          : Contracts
        Identities    :
        AccessTokens  : Identities Events Storage Http Contracts
        Events        : Storage Http Contracts
        Backends      : Storage Http Contracts
        Accounts      : Storage Http Contracts
        Products      : Backends Events Storage Http Contracts
        Metrics       : Backends Products Storage Http Contracts
        MessageRules  : Products Metrics Storage Http Contracts
        Policies      : Products Storage Http Contracts
        MappingRules  : Products Metrics Storage Http Contracts
        Plans         : Products Metrics Events Storage Http Contracts
        Applications  : Accounts Plans Products Events Storage Http Contracts
        Usage         : Plans Storage Contracts
        Promotion     : Backends Products Metrics MappingRules MessageRules Policies Plans Events Storage Http Contracts
        Statements    : Applications Plans Usage Products Storage Http Contracts
        Authorization : Applications Plans Usage Events Storage Http Contracts
        Connections   : Applications Products Backends Events Http Contracts
        Tickets       : Authorization Applications Storage Http Contracts
        Metering      : Authorization Applications Plans Usage Events Storage Http Contracts
        Declarative   : Backends Products Metrics MappingRules MessageRules Policies Plans Storage Http Contracts
        Health        : Storage Http
        Audit         : Storage Http Contracts
        Housekeeping  : Audit Events Applications Accounts Usage Plans Policies Products Backends Storage
        OpenApi       : Http
        Hosting       : AccessTokens Audit Http
        """);

    public static FrozenDictionary<string, string[]> Relay { get; } = Parse("""
        Contracts     :
        Observability :
        Outcomes      :
        Management    : Contracts
        Routing       : Contracts
        Sockets       :
        SignalR       :
        Tunnel        : Sockets Outcomes
        Sessions      : Tunnel Outcomes Contracts
        Overload      :
        Metering      : Sessions Tunnel Outcomes Management Contracts
        Upstream      : Sockets Outcomes Contracts
        Policies      : Tunnel Outcomes Contracts
        Authorization : Outcomes Management Contracts
        Configuration : Authorization Metering Upstream Routing Policies Management Contracts
        Revocation    : Authorization Configuration Metering Sessions Outcomes Contracts
        Events        : Revocation Configuration Management Contracts
        Handshake     : Authorization Configuration Management Metering Outcomes Overload Policies Routing Sessions Sockets Tunnel Upstream Contracts
        """);

    // Every folder of the relay may measure itself.
    private static readonly string[] ForAll = ["Observability"];

    /// <summary>What a folder may use, or null when the folder is not in the table.</summary>
    public static IReadOnlyCollection<string>? Of(string plane, string folder) =>
        (plane == "relay" ? Relay : Functions).TryGetValue(folder, out var allowed)
            ? [.. allowed, folder, .. plane == "relay" ? ForAll : []]
            : null;

    private static FrozenDictionary<string, string[]> Parse(string table) => table
        .Split('\n')
        .Select(line => line.Split(':'))
        .ToFrozenDictionary(
            row => row[0].Trim(),
            row => row[1].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
