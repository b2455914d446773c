using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Relay.SignalR;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>How the emulation is turned on, beside the gateway or alone, and what it says of itself.</summary>
public sealed partial class SettingsTests : GatewayTests
{
    [Fact]
    public async Task Beside_the_gateway_each_port_answers_its_own()
    {
        await using var relay = await RunningRelay.StartAsync(Functions.Address, settings: ("Relay:SignalR:Port", "0"));
        var emulation = relay.Services.GetRequiredService<Emulation>().Address!;
        var negotiate = RawClient.Request("POST /client/negotiate?hub=chat HTTP/1.1", "Host: localhost", "Content-Length: 0");

        var answers = (await RawClient.SendAsync(emulation, negotiate), await RawClient.SendAsync(relay.Address, negotiate));
        var products = (await RawClient.SendAsync(emulation, RawClient.Request($"GET /echo?user_key={Keys.Good} HTTP/1.1", "Host: localhost")),
            await RawClient.SendAsync(relay.Address, RawClient.Handshake($"/echo?user_key={Keys.Good}")));
        var live = await RawClient.SendAsync(emulation, RawClient.Request("GET /live HTTP/1.1", "Host: localhost"));

        Assert.Equal((401, 404), (answers.Item1.Status, answers.Item2.Status));
        Assert.Equal((404, 101), (products.Item1.Status, products.Item2.Status));
        Assert.Equal(404, live.Status);
    }

    [Fact]
    public async Task Without_a_port_there_is_none()
    {
        await using var relay = await StartRelayAsync();

        Assert.Null(relay.Services.GetRequiredService<Emulation>().Address);
    }

    [Fact]
    public async Task The_usual_connection_string_is_logged_and_no_other_key()
    {
        await using var usual = await RunningEmulation.StartAsync();
        await using var own = await RunningEmulation.StartAsync(
            null, ("Relay:SignalR:ConnectionString", "Endpoint=http://localhost;AccessKey=a-secret-of-mine;Version=1.0;"));

        var token = ServiceTokens.Sign("http://localhost/client/?hub=chat", key: "a-secret-of-mine");
        var answers = (await usual.CallAsAsync(token, "POST", "/client/negotiate?hub=chat"), await own.CallAsAsync(token, "POST", "/client/negotiate?hub=chat"));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (answers.Item1.Status, answers.Item2.Status));
        Assert.Contains(usual.Log.Lines, line => line.Text.Contains(SignalROptions.UsualConnectionString, StringComparison.Ordinal));
        Assert.Contains(own.Log.Lines, line => line.Text.Contains("Endpoint=http://localhost;AccessKey=…;Version=1.0;", StringComparison.Ordinal));
        Assert.DoesNotContain(own.Log.Lines, line => line.Text.Contains("a-secret-of-mine", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_wrong_setting_is_named_at_once_without_the_key()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningEmulation.StartAsync(
            null,
            ("Relay:SignalR:Port", "70000"),
            ("Relay:SignalR:Address", "localhost"),
            ("Relay:SignalR:ConnectionString", "Endpoint=nowhere;AccessKey=a-secret-of-mine"),
            ("Relay:SignalR:Limits", "Free"),
            ("Relay:SignalR:Units", "2"),
            ("Relay:SignalR:UpstreamTimeout", "00:00:00")));

        string[] settings = ["Port is 70000", "Address is 'localhost'", "ConnectionString is none", "Units is 2", "UpstreamTimeout is 00:00:00"];
        Assert.Equal(settings.Length, error.Failures.Count());
        Assert.All(settings, setting => Assert.Contains(error.Failures, failure => failure.StartsWith($"Relay:SignalR:{setting}", StringComparison.Ordinal)));
        Assert.DoesNotContain("a-secret-of-mine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alone_it_needs_no_functions_says_where_it_listens_and_ends_at_sigterm()
    {
        await using var process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Serverless.Relay.dll"), "--signalr-only", "--Relay:SignalR:Address=127.0.0.1"],
            new Dictionary<string, string?> { ["Relay__SignalR__Port"] = "0" });

        var address = (await process.LineAsync(ListeningLine())).Groups[1].Value;
        var token = ServiceTokens.Sign("http://localhost/client/?hub=chat");
        var answer = await RawClient.SendAsync(new Uri(address), RawClient.Request(
            "POST /client/negotiate?hub=chat HTTP/1.1", "Host: localhost", $"Authorization: Bearer {token}", "Content-Length: 0"));
        process.Terminate();

        Assert.Equal(200, answer.Status);
        Assert.Equal(0, await process.ExitAsync());
        Assert.DoesNotContain(process.Output, line => line.Contains("Gateway listening", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alone_a_wrong_setting_is_named_in_one_line()
    {
        await using var process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Serverless.Relay.dll"), "--signalr-only"],
            new Dictionary<string, string?> { ["Relay__SignalR__Port"] = "70000" });

        Assert.Equal(1, await process.ExitAsync());
        Assert.StartsWith("Relay:SignalR:Port is 70000", Assert.Single(process.Output), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"SignalR Service emulated on (http://127\.0\.0\.1:\d+)/, for Endpoint=http://localhost;Port=8888;AccessKey=ABCDEF")]
    private static partial Regex ListeningLine();
}
