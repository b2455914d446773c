using System.Net.WebSockets;
using System.Text;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>
/// Clients that do not keep to what is agreed, as many as have room: their places are free again, once each, they are in no
/// group, and who keeps to it hears all the while.
/// </summary>
public sealed class LeakTests
{
    private const int Places = 20;
    private const string V = RunningEmulation.Version;
    private const char End = '\u001e';

    private static readonly Dictionary<string, Func<RunningEmulation, Task<IDisposable>>> All = new()
    {
        ["never shakes hands"] = async emulation => await HubSocket.ConnectAsync(emulation, "chat"),
        ["shakes half a hand"] = emulation => BareAsync(emulation, "{\"protocol\""),
        ["speaks another protocol"] = emulation => BareAsync(emulation, "{\"protocol\":\"messagepack\",\"version\":1}" + End),
        ["sends another handshake"] = emulation => JoinedAsync(emulation, client => client.SendAsync("""{"protocol":"json","version":1}""")),
        ["says nonsense"] = emulation => JoinedAsync(emulation, client => client.SendAsync("nonsense")),
        ["sends bytes that are no text"] = emulation => JoinedAsync(emulation, client => client.Socket.SendAsync(
            new byte[] { 0xFF, 0xFE, 0, (byte)End }, WebSocketMessageType.Binary, endOfMessage: true, default).Soon()),
        ["says too much at once"] = emulation => JoinedAsync(emulation, client => client.Socket.SendTextAsync(new string(' ', (1024 * 1024) + 1))),
        ["breaks off in the middle"] = emulation => JoinedAsync(emulation, async client =>
        {
            await client.Socket.SendAsync(Encoding.UTF8.GetBytes("{\"type\":1,"), WebSocketMessageType.Text, endOfMessage: false, default).Soon();
            client.Socket.Abort();
        }),
        ["goes while its webhook hangs"] = emulation => JoinedAsync(emulation, async client =>
        {
            await client.SendAsync("""{"type":1,"invocationId":"1","target":"hang","arguments":[]}""");
            await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default).Soon();
        }),
        ["sends garbage in place of frames"] = async emulation =>
        {
            var token = ServiceTokens.Sign("http://localhost/client/?hub=chat");
            await Record.ExceptionAsync(() => RawClient.SendToTheEndAsync(
                emulation.Address, RawClient.Handshake($"/client/?hub=chat&access_token={token}") + "\u0081\u0010 frame without mask"));
            return new MemoryStream();
        },
    };

    public static TheoryData<string> Offences => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Offences))]
    public async Task Of_who_does_not_keep_to_it_nothing_is_left_and_the_others_do_not_notice(string offence)
    {
        var time = new ManualTime();
        await using var webhook = await Webhook.StartAsync();
        webhook.Answers["hang"] = http => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        await using var emulation = await RunningEmulation.StartAsync(
            time,
            ("Relay:SignalR:Limits", "Free"),
            ("Relay:SignalR:Upstream:0:UrlTemplate", webhook.Address.ToString()),
            ("Relay:SignalR:Upstream:0:EventPattern", "hang"));
        using var other = await HubSocket.OpenAsync(emulation, "chat");
        var offenders = new List<IDisposable>();
        for (var i = 1; i < Places; i++)
        {
            offenders.Add(await All[offence](emulation));
        }

        await emulation.SendAsync("chat", "meanwhile");
        var heard = await other.TargetAsync();
        var successors = new List<HubSocket>();
        for (var i = 1; i < Places; i++)
        {
            await RoomAsync(emulation, time);
            successors.Add(await HubSocket.OpenAsync(emulation, "chat"));
        }

        await emulation.SendAsync("chat", "all");
        var all = await Task.WhenAll(successors.Append(other).Select(client => client.TargetAsync()));
        var oneTooMany = await NegotiateAsync(emulation);
        var user = await emulation.CallAsync("HEAD", $"/api/hubs/chat/users/ann?{V}");
        var group = await emulation.CallAsync("HEAD", $"/api/hubs/chat/groups/g?{V}");

        successors.ForEach(client => client.Dispose());
        offenders.ForEach(client => client.Dispose());
        Assert.Equal("meanwhile", heard);
        Assert.All(all, target => Assert.Equal("all", target));
        Assert.Equal((429, 404, 404), ((int)oneTooMany.Status, (int)user.Status, (int)group.Status));
    }

    // Time goes on while there is none.
    private static async Task RoomAsync(RunningEmulation emulation, ManualTime time)
    {
        using var deadline = new CancellationTokenSource(Timeouts.Default);
        while ((int)(await NegotiateAsync(emulation)).Status == 429)
        {
            deadline.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static Task<RestReply> NegotiateAsync(RunningEmulation emulation) =>
        emulation.CallAsAsync(ServiceTokens.Sign("http://localhost/client/?hub=chat"), "POST", "/client/negotiate?hub=chat");

    private static async Task<IDisposable> BareAsync(RunningEmulation emulation, string handshake)
    {
        var client = await HubSocket.ConnectAsync(emulation, "chat");
        await client.Socket.SendTextAsync(handshake);
        return client;
    }

    private static async Task<IDisposable> JoinedAsync(RunningEmulation emulation, Func<HubSocket, Task> offendAsync)
    {
        var client = await HubSocket.OpenAsync(emulation, "chat", new { nameid = "ann" });
        await emulation.CallAsync("PUT", $"/api/hubs/chat/groups/g/connections/{client.Id}?{V}");
        await offendAsync(client);
        return client;
    }
}
