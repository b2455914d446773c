using System.Text.RegularExpressions;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>A relay as a process of its own, and the lines by which it says how far it is.</summary>
internal static partial class RelayProcess
{
    /// <summary>Starts one with these settings and no others.</summary>
    public static ChildProcess Start(params IEnumerable<(string Name, string Value)> settings) => ChildProcess.Start(
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Serverless.Relay.dll")],
        settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value));

    /// <summary>All that a relay needs, on any free ports; a setting that is given counts instead.</summary>
    public static IEnumerable<(string Name, string Value)> Sound(ManagementServer functions, params (string Name, string Value)[] settings) =>
        new[]
        {
            ("Relay__Listen__Address", "127.0.0.1"),
            ("Relay__Listen__Port", "0"),
            ("Relay__Listen__ManagementPort", "0"),
            ("Relay__Management__Api", functions.Address.ToString()),
            ("Relay__Management__Token", ManagementServer.Token),
        }
        .ExceptBy(settings.Select(setting => setting.Name), setting => setting.Item1)
        .Concat(settings);

    [GeneratedRegex(@"Gateway listening on (http://\S+)$")]
    public static partial Regex GatewayLine();

    [GeneratedRegex(@"Management listening on (http://\S+)$")]
    public static partial Regex ManagementLine();

    [GeneratedRegex("Serving echo production version 1")]
    public static partial Regex ServingLine();
}
