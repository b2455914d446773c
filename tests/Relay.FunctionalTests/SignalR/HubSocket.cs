using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>A client of a hub that writes its frames by hand.</summary>
internal sealed class HubSocket : IDisposable
{
    private const char End = '\u001e';
    private readonly ClientWebSocket _socket = new();
    private readonly StringBuilder _read = new();

    public string Id { get; private set; } = "";

    public ClientWebSocket Socket => _socket;

    /// <summary>Negotiates, connects, shakes hands.</summary>
    public static async Task<HubSocket> OpenAsync(RunningEmulation emulation, string hub, object? claims = null, bool asPage = false)
    {
        var socket = await ConnectAsync(emulation, hub, claims, asPage);
        await socket.SendAsync("""{"protocol":"json","version":1}""");
        Assert.Equal("{}", (await socket.ReadAsync())!.Value.GetRawText());
        return socket;
    }

    /// <summary>Negotiates and connects; as a page, with its token in the query.</summary>
    public static async Task<HubSocket> ConnectAsync(RunningEmulation emulation, string hub, object? claims = null, bool asPage = false)
    {
        var token = ServiceTokens.Sign($"http://localhost/client/?hub={hub}", claims);
        var negotiated = await emulation.CallAsAsync(token, "POST", $"/client/negotiate?hub={hub}&negotiateVersion=1");
        var socket = new HubSocket { Id = negotiated.Json.GetProperty("connectionId").GetString()! };
        var target = $"/client/?hub={hub}&id={negotiated.Json.GetProperty("connectionToken").GetString()}";
        if (asPage)
        {
            target += $"&access_token={token}";
        }
        else
        {
            socket._socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        await socket._socket.ConnectAsync(new Uri($"ws://{emulation.Address.Authority}{target}"), CancellationToken.None).Soon();
        return socket;
    }

    /// <summary>Sends messages in one frame.</summary>
    public Task SendAsync(params string[] messages) => _socket.SendTextAsync(string.Concat(messages.Select(message => message + End)));

    /// <summary>The next message that is no Ping; null when the socket is closed.</summary>
    public async Task<JsonElement?> ReadAsync()
    {
        while (await ReadAnyAsync() is { } message)
        {
            if (!message.TryGetProperty("type", out var type) || type.GetInt32() != 6)
            {
                return message;
            }
        }

        return null;
    }

    /// <summary>The next message; null when the socket is closed.</summary>
    public async Task<JsonElement?> ReadAnyAsync()
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var text = _read.ToString();
            if (text.IndexOf(End, StringComparison.Ordinal) is >= 0 and var end)
            {
                _read.Remove(0, end + 1);
                return JsonElement.Parse(text[..end]);
            }

            var frame = new MemoryStream();
            ValueWebSocketReceiveResult received;
            do
            {
                received = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).Soon();
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                frame.Write(buffer, 0, received.Count);
            }
            while (!received.EndOfMessage);
            _read.Append(Encoding.UTF8.GetString(frame.ToArray()));
        }
    }

    /// <summary>The name of the next message.</summary>
    public async Task<string?> TargetAsync() => (await ReadAsync())?.GetProperty("target").GetString();

    /// <summary>The error of the Close that has to come next, before the end of the connection.</summary>
    public async Task<string?> CloseAsync()
    {
        var close = await ReadAsync();
        Assert.Equal(7, close!.Value.GetProperty("type").GetInt32());
        Assert.Null(await ReadAsync());
        return close.Value.TryGetProperty("error", out var error) ? error.GetString() : null;
    }

    public void Dispose() => _socket.Dispose();
}
