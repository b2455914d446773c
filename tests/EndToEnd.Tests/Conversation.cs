using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>Starts the conversations of <c>Peers/conversations.mjs</c>, held by the npm client <c>ws</c>.</summary>
internal static partial class Conversation
{
    /// <summary>Holds a conversation to its end; fails with what the client printed when it went wrong.</summary>
    public static async Task HoldAsync(string name, Uri url)
    {
        await using var client = Start(name, url);
        var code = await client.ExitAsync(TimeSpan.FromMinutes(1));

        Assert.True(code == 0 && client.Output.Contains("held"), $"'{name}' ended with {code}:\n{string.Join('\n', client.Output)}");
    }

    /// <summary>Opens a socket that stays until somebody closes it.</summary>
    public static async Task<ChildProcess> StayAsync(Uri url)
    {
        var client = Start("stay", url);
        await client.LineAsync(Open());
        return client;
    }

    private static ChildProcess Start(string name, Uri url) =>
        ChildProcess.Start("node", ["tests/EndToEnd.Tests/Peers/conversations.mjs", name, url.ToString()]);

    [GeneratedRegex("^open$")]
    private static partial Regex Open();
}
