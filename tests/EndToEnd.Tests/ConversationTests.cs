namespace Serverless.EndToEnd.Tests;

public sealed class ConversationTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private static readonly string[] Names =
    [
        "every size", "fragments", "ping and pong", "client closes", "server closes",
        "subprotocol of the server", "no subprotocol", "compression", "no compression",
    ];

    public static IEnumerable<object[]> All =>
        from environment in new[] { "staging", "production" }
        from name in Names
        select new object[] { environment, name };

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_npm_client_and_the_private_server_understand_each_other(string environment, string conversation)
    {
        await Conversation.HoldAsync(conversation, gateway.Echo.Url(gateway.Processes, environment));
    }

    [Fact]
    public async Task The_private_server_never_sees_the_key()
    {
        await Conversation.HoldAsync("ping and pong", gateway.Echo.Url(gateway.Processes, "production", "/with/key"));

        var heard = gateway.Processes.Heard.Where(line => line.Contains("/with/key", StringComparison.Ordinal)).ToList();
        Assert.Single(heard);
        Assert.DoesNotContain(gateway.Processes.Server.Output, line => line.Contains(gateway.Echo.UserKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_part_prints_the_key()
    {
        await Conversation.HoldAsync("ping and pong", gateway.Echo.Url(gateway.Processes, "staging"));

        var processes = gateway.Processes;
        foreach (var part in new[] { processes.Relay, processes.Functions, processes.Server, processes.Storage })
        {
            Assert.DoesNotContain(part.Output, line => line.Contains(gateway.Echo.UserKey, StringComparison.Ordinal));
        }
    }
}
