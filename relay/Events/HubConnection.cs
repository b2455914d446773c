using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.SignalR.Protocol;
using Serverless.Contracts;

namespace Serverless.Relay.Events;

/// <summary>
/// One connection to the hub of events, by SignalR's JSON protocol over a WebSocket: opened with its handshake, kept awake
/// with pings, and given up when the other side says nothing for too long.
/// </summary>
internal sealed class HubConnection : IDisposable
{
    private const int MaxErrorCharacters = 200;

    // {"type":6} and the separator.
    private static readonly ReadOnlyMemory<byte> Ping = "{\"type\":6}\u001e"u8.ToArray();

    private readonly EventsOptions _options;
    private readonly TimeProvider _time;
    private readonly ClientWebSocket _socket = new();
    private readonly HubMessages _messages;
    private readonly CancellationTokenSource _silence;

    private HubConnection(EventsOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _messages = new HubMessages(_socket);
        _silence = new CancellationTokenSource(options.ServerTimeout, time);
    }

    /// <summary>Opens one. Failures are exceptions; that it took too long is a <see cref="TimeoutException"/>.</summary>
    public static async Task<HubConnection> OpenAsync(
        Uri address, string token, EventsOptions options, TimeProvider time, CancellationToken cancel)
    {
        var connection = new HubConnection(options, time);
        try
        {
            await connection.OpenAsync(address, token, cancel);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Hands over what is pushed, until the connection ends; why it did.</summary>
    /// <param name="pushed">Takes an event; null stands for one that cannot be read.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<string> RunAsync(Action<GatewayEvent?> pushed, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var pinging = PingAsync(over.Token);
        try
        {
            return await ReadAsync(pushed, cancel);
        }
        finally
        {
            await over.CancelAsync();
            await pinging;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _silence.Dispose();
    }

    private async Task OpenAsync(Uri address, string token, CancellationToken cancel)
    {
        // The hub's own pings are enough.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (token.Length > 0)
        {
            _socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        var answer = await BoundAsync(stop => ShakeHandsAsync(address, stop), cancel);
        if (answer is not { Error: null })
        {
            throw new InvalidDataException("SignalR Service refused the handshake");
        }

        Heard();
    }

    // The answer to the handshake; null when the connection was closed instead.
    private async Task<HandshakeResponseMessage?> ShakeHandsAsync(Uri address, CancellationToken cancel)
    {
        await _socket.ConnectAsync(address, cancel);
        var request = new ArrayBufferWriter<byte>();
        HandshakeProtocol.WriteRequestMessage(new HandshakeRequestMessage("json", 1), request);
        await SendAsync(request.WrittenMemory, cancel);
        while (true)
        {
            if (_messages.TakeHandshake() is { } answer)
            {
                return answer;
            }

            if (!await _messages.ReceiveAsync(cancel))
            {
                return null;
            }
        }
    }

    private async Task<string> ReadAsync(Action<GatewayEvent?> pushed, CancellationToken cancel)
    {
        while (true)
        {
            foreach (var message in _messages.Take())
            {
                switch (message)
                {
                    case InvocationMessage { Target: GatewayEvent.Method, Arguments: [GatewayEvent happened] }:
                        pushed(happened);
                        break;
                    case InvocationMessage { Target: GatewayEvent.Method } or InvocationBindingFailureMessage { Target: GatewayEvent.Method }:
                        pushed(null);
                        break;
                    case CloseMessage close:
                        return WhyOf(close);
                }
            }

            if (!await BoundAsync(_messages.ReceiveAsync, cancel))
            {
                return "SignalR Service closed the connection";
            }

            Heard();
        }
    }

    private static string WhyOf(CloseMessage close)
    {
        const string ended = "SignalR Service ended the connection";
        return close.Error is { Length: > 0 } error ? $"{ended}: {error[..Math.Min(error.Length, MaxErrorCharacters)]}" : ended;
    }

    private async Task PingAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(_options.KeepAlive, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                await SendAsync(Ping, over);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // It is over, or about to be: who reads from it learns why.
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancel) =>
        await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancel);

    private void Heard() => _silence.CancelAfter(_options.ServerTimeout);

    private async Task<T> BoundAsync<T>(Func<CancellationToken, Task<T>> workAsync, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancel);
        try
        {
            return await workAsync(either.Token);
        }
        catch (Exception) when (_silence.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            // However the socket puts it that it was cut off.
            throw new TimeoutException($"SignalR Service said nothing for {_options.ServerTimeout.TotalSeconds:0.###} s");
        }
    }
}
