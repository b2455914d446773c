using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>The relay as a process of its own: what it prints, and how it ends.</summary>
public sealed partial class ProcessTests : GatewayTests
{
    [Fact]
    public async Task Without_settings_it_says_what_is_missing_and_ends()
    {
        await using var relay = RelayProcess.Start();

        Assert.Equal(1, await EndAsync(relay));
        Assert.Equal(
            [
                "Relay:Management:Api is missing: it needs the http or https base address of the functions, such as http://localhost:7071.",
                "Relay:Management:Token is missing: the relay needs an access token with the scope 'relay' in Relay:Management:Token, a file that holds one in Relay:Management:TokenFile, or what a managed identity asks for in Relay:Management:TokenScope.",
            ],
            relay.Output.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Relay__Configuration__PollInterval", "soon", "'soon' at 'Relay:Configuration:PollInterval'")]
    [InlineData("Relay__Configuration__PollInterval", "01:00:00", "Relay:Configuration:PollInterval is 01:00:00: it needs")]
    [InlineData("Relay__Authorization__MaxEntries", "0", "Relay:Authorization:MaxEntries is 0: it needs")]
    [InlineData("Relay__Listen__Port", "http", "'http' at 'Relay:Listen:Port'")]
    [InlineData("Relay__Listen__Address", "localhost", "Relay:Listen:Address is 'localhost': it needs")]
    public async Task A_wrong_setting_is_named_in_one_line_without_a_stack_trace(string setting, string value, string said)
    {
        await using var relay = Start((setting, value));

        Assert.Equal(1, await EndAsync(relay));
        Assert.Contains(said, Assert.Single(relay.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_wrong_setting_is_named_at_once()
    {
        await using var relay = Start(("Relay__Listen__Port", "70000"), ("Relay__Tunnel__CloseTimeout", "01:00:00"));

        Assert.Equal(1, await EndAsync(relay));
        Assert.Equal(2, relay.Output.Count);
        Assert.Contains(relay.Output, line => line.StartsWith("Relay:Listen:Port is 70000", StringComparison.Ordinal));
        Assert.Contains(relay.Output, line => line.StartsWith("Relay:Tunnel:CloseTimeout is 01:00:00", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_taken_port_is_named_in_one_line_without_a_stack_trace()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var relay = Start(("Relay__Listen__Port", $"{port}"));

        Assert.Equal(1, await EndAsync(relay));
        Assert.Contains($":{port}: address already in use", Assert.Single(relay.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_prints_where_it_listens_serves_and_ends_at_sigterm()
    {
        await using var relay = Start();

        var gateway = (await relay.LineAsync(RelayProcess.GatewayLine())).Groups[1].Value;
        await relay.LineAsync(RelayProcess.ManagementLine());
        await relay.LineAsync(RelayProcess.ServingLine());
        var answer = await RawClient.SendAsync(new Uri(gateway), RawClient.Handshake($"/echo?user_key={Keys.Good}"));
        relay.Terminate();

        Assert.Equal(101, answer.Status);
        Assert.Equal(0, await EndAsync(relay));
        Assert.DoesNotContain(relay.Output, line => line.Contains(Keys.Good, StringComparison.Ordinal));
    }

    [Fact]
    public async Task As_json_every_line_is_an_object_with_its_parts_by_name()
    {
        await using var relay = Start(("Logging__Console__FormatterName", "json"), ("Logging__Console__FormatterOptions__IncludeScopes", "false"));

        var gateway = (await relay.LineAsync(JsonGatewayLine())).Groups[1].Value;
        await relay.LineAsync(JsonServingLine());
        await RawClient.SendAsync(new Uri(gateway), RawClient.Handshake($"/echo?user_key={Keys.Good}"));
        relay.Terminate();

        Assert.Equal(0, await EndAsync(relay));
        var lines = relay.Output.Select(line => JsonElement.Parse(line)).ToList();
        var opened = lines.Single(line => line.GetProperty("EventId").GetInt32() == 1001).GetProperty("State");
        var closed = lines.Single(line => line.GetProperty("EventId").GetInt32() == 1002).GetProperty("State");
        Assert.Equal(("echo", "app-1"), (opened.GetProperty("Product").GetString(), opened.GetProperty("Application").GetString()));
        Assert.Equal(opened.GetProperty("Session").GetString(), closed.GetProperty("Session").GetString());
        Assert.Equal(JsonValueKind.Number, closed.GetProperty("BytesOut").ValueKind);
        Assert.DoesNotContain(relay.Output, line => line.Contains(Keys.Good, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_signal_drops_what_does_not_close()
    {
        await using var relay = Start(("Relay__Sessions__DrainTimeout", "00:10:00"), ("Relay__Tunnel__CloseTimeout", "00:05:00"));
        var gateway = (await relay.LineAsync(RelayProcess.GatewayLine())).Groups[1].Value;
        await relay.LineAsync(RelayProcess.ServingLine());
        using var socket = await RawSocket.OpenAsync(new Uri(gateway), $"/echo?user_key={Keys.Good}");
        await socket.ReadFrameAsync();

        relay.Terminate();
        await relay.LineAsync(ClosingLine());
        await socket.ReadFrameAsync();
        relay.Terminate();

        Assert.Equal(0, await EndAsync(relay));
        Assert.Contains(relay.Output, line => line.Contains("Dropping 1 sessions", StringComparison.Ordinal));
    }

    private ChildProcess Start(params (string Name, string Value)[] settings) => RelayProcess.Start(RelayProcess.Sound(Functions, settings));

    // Its output is whole only when it has been disposed of.
    private static async Task<int> EndAsync(ChildProcess relay)
    {
        var code = await relay.ExitAsync().Soon();
        await relay.DisposeAsync().Soon();
        return code;
    }

    [GeneratedRegex(@"Gateway listening on (http://[^""\s]+)""")]
    private static partial Regex JsonGatewayLine();

    [GeneratedRegex("Serving echo production version 1\"")]
    private static partial Regex JsonServingLine();

    [GeneratedRegex("Closing 1 sessions")]
    private static partial Regex ClosingLine();
}
