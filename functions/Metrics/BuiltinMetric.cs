using Serverless.Contracts;

namespace Serverless.Functions.Metrics;

/// <summary>The built-in metrics as lists show them. There are no rows of them: what is said of them is said here.</summary>
internal static class BuiltinMetric
{
    // Comes after every name of a row, so that lists show them after what operators have made.
    private const char AfterOthers = '~';

    /// <summary>All, by name.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        Make(BuiltinMetrics.BytesIn, "Bytes from clients", "byte", "Payload of data frames from client to backend, as it passes."),
        Make(BuiltinMetrics.BytesOut, "Bytes to clients", "byte", "Payload of data frames from backend to client, as it passes."),
        Make(BuiltinMetrics.Connections, "Connections", "connection", "Tunnels opened."),
        Make(BuiltinMetrics.MessagesIn, "Messages from clients", "message", "Messages from client to backend."),
        Make(BuiltinMetrics.MessagesOut, "Messages to clients", "message", "Messages from backend to client."),
        Make(BuiltinMetrics.Seconds, "Seconds", "second", "Whole seconds for which tunnels were open, of all together."),
    ];

    /// <summary>Sorts them among the keys of metrics of a kind, and serves as the key to continue a list after.</summary>
    public static string Order(string kind, Metric metric) => $"{kind}{AfterOthers}{metric.SystemName}";

    private static Metric Make(string name, string title, string unit, string description) => new()
    {
        SystemName = name,
        Name = title,
        Unit = unit,
        Description = description,
        Builtin = true,
    };
}
