using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Starts the conversations of <c>Peers/signalr-client.mjs</c>, held by <c>@microsoft/signalr</c>.</summary>
internal static partial class NpmClient
{
    public const string AllTransports = "WebSockets,ServerSentEvents,LongPolling";

    /// <summary>Begins one.</summary>
    public static ChildProcess Start(Uri service, string conversation, string transports = "WebSockets") => ChildProcess.Start(
        "node", ["tests/Relay.FunctionalTests/Peers/signalr-client.mjs", conversation, service.OriginalString.TrimEnd('/'), transports]);

    /// <summary>Waits for its end; fails with what the client printed when it went wrong.</summary>
    public static async Task HoldAsync(ChildProcess client)
    {
        var code = await client.ExitAsync(TimeSpan.FromMinutes(2));
        Assert.True(code == 0 && client.Output.Contains("held"), $"It ended with {code}:\n{string.Join('\n', client.Output)}");
    }

    /// <summary>Holds one from its beginning to its end.</summary>
    public static async Task HoldAsync(Uri service, string conversation, string transports)
    {
        await using var client = Start(service, conversation, transports);
        await HoldAsync(client);
    }

    [GeneratedRegex("^connected$")]
    public static partial Regex Connected();

    [GeneratedRegex("^reconnecting$")]
    public static partial Regex Reconnecting();

    /// <summary>That the first or a later message has come.</summary>
    [GeneratedRegex("^heard (.*)$")]
    public static partial Regex Heard();
}
