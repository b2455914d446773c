using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>What happens to WebSockets that are open: plans, policies, and operators.</summary>
public sealed class MeteredProductTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private GatewayProcesses Processes => gateway.Processes;

    private ManagementClient Api => gateway.Processes.Management;

    [Fact]
    public async Task A_plan_limits_messages_of_open_sockets_and_the_next_handshake_hears_of_it_too()
    {
        var product = await EchoProduct.CreateAsync(Processes, "metered");
        await Api.PostAsync("/api/products/metered/plans/basic/limits", """{"metric":"ws.messages.in","period":"year","value":3}""");
        using var socket = await OpenAsync(product);

        for (var i = 0; i < 3; i++)
        {
            await SendAsync(socket, "hello");
            Assert.Equal("hello", await ReceiveAsync(socket));
        }

        await SendAsync(socket, "once more");
        Assert.Equal("1008 usage limit exceeded", await ReceiveAsync(socket));
        using var next = await OpenAsync(product);
        await SendAsync(next, "and again");
        Assert.Equal("1008 usage limit exceeded", await ReceiveAsync(next));
    }

    [Fact]
    public async Task What_open_sockets_use_is_on_the_bill_while_they_are_open()
    {
        var product = await EchoProduct.CreateAsync(Processes, "billed", pattern: "/first");
        await Api.PostAsync("/api/products/billed/metrics", """{"system_name":"orders","name":"Orders","unit":"order"}""");
        await Api.PostAsync("/api/products/billed/message-rules", """{"direction":"in","opcode":"text","pointer":"/type","equals":"order","metric":"orders","delta":2}""");
        await Api.PostAsync("/api/products/billed/plans/basic/pricing-rules", """{"metric":"orders","min":1,"cost_per_unit":5}""");
        await Api.PostAsync("/api/products/billed/mapping-rules", """{"method":"GET","pattern":"/second","metric":"hits"}""");
        await Api.PostAsync("/api/products/billed/configs/staging:promote", "{}");
        var second = product.Url(Processes, "staging", "/second");
        await Handshake.AnsweredAsync(new UriBuilder(second) { Scheme = "http" }.Uri, answer => answer.Status == 101);
        using var socket = await OpenAsync(second);

        await SendAsync(socket, """{"type":"order"}""");
        await ReceiveAsync(socket);
        await SendAsync(socket, """{"type":"question"}""");
        await ReceiveAsync(socket);

        var month = DateTime.UtcNow.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        var deadline = DateTime.UtcNow.AddSeconds(30);
        JsonObject statement;
        do
        {
            statement = await Api.GetAsync($"/api/applications/billed/statements/{month}");
        }
        while (!statement.ToJsonString().Contains("\"total\":10", StringComparison.Ordinal) && DateTime.UtcNow < deadline);

        Assert.Contains("\"total\":10", statement.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task A_suspended_application_loses_its_open_sockets()
    {
        var product = await EchoProduct.CreateAsync(Processes, "revoked");
        using var socket = await OpenAsync(product);
        await SendAsync(socket, "hello");
        await ReceiveAsync(socket);

        await Api.ActAsync("/api/applications/revoked:suspend");

        Assert.Equal("1008 key revoked", await ReceiveAsync(socket));
    }

    [Fact]
    public async Task A_policy_limits_what_is_open()
    {
        var product = await EchoProduct.CreateAsync(
            Processes,
            "sized",
            policies: """[{"name":"websocket"},{"name":"websocket_message_size","configuration":{"from_client":10}}]""");
        using var socket = await OpenAsync(product);

        await SendAsync(socket, "0123456789");
        Assert.Equal("0123456789", await ReceiveAsync(socket));
        await SendAsync(socket, "0123456789a");

        Assert.Equal("1009 message too big", await ReceiveAsync(socket));
    }

    private Task<ClientWebSocket> OpenAsync(EchoProduct product) => OpenAsync(product.Url(Processes, "production"));

    private static async Task<ClientWebSocket> OpenAsync(Uri url)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(url, CancellationToken.None).Soon();
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None).Soon();

    // The next message; or the Close that comes instead, as code and reason.
    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1024];
        var result = await socket.ReceiveAsync(buffer, CancellationToken.None).Soon();
        return result.MessageType == WebSocketMessageType.Close
            ? $"{(int)result.CloseStatus!} {result.CloseStatusDescription}"
            : Encoding.UTF8.GetString(buffer, 0, result.Count);
    }
}
