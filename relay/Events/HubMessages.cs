using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;
using Serverless.Contracts;

namespace Serverless.Relay.Events;

/// <summary>
/// Reads messages of SignalR's JSON protocol from a WebSocket: several may be in one frame, and one in several. Whatever is
/// none, or longer than an event ever is, is an <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class HubMessages(WebSocket socket) : IInvocationBinder
{
    /// <summary>Bytes that one message may have, some thousand times what an event has.</summary>
    public const int MaxBytes = 1 << 20;

    private readonly JsonHubProtocol _protocol = new(Options.Create(
        new JsonHubProtocolOptions { PayloadSerializerOptions = ContractsJson.Default.Options }));

    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>Reads more; false when the other side has closed.</summary>
    public async Task<bool> ReceiveAsync(CancellationToken cancel)
    {
        MakeRoom();
        var received = await socket.ReceiveAsync(_bytes.AsMemory(_end), cancel);
        _end += received.Count;
        return received.MessageType != WebSocketMessageType.Close;
    }

    /// <summary>The answer to the handshake, if it has been read.</summary>
    public HandshakeResponseMessage? TakeHandshake()
    {
        var unread = Unread;
        if (!HandshakeProtocol.TryParseResponseMessage(ref unread, out var answer))
        {
            return null;
        }

        _start = _end - (int)unread.Length;
        return answer;
    }

    /// <summary>The messages that have been read; kinds that are not known are left out.</summary>
    public IEnumerable<HubMessage> Take()
    {
        while (true)
        {
            var unread = Unread;
            var before = unread.Length;
            var known = _protocol.TryParseMessage(ref unread, this, out var message);
            _start = _end - (int)unread.Length;
            if (known)
            {
                yield return message!;
            }
            else if (unread.Length == before)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Type> GetParameterTypes(string methodName) => methodName == GatewayEvent.Method ? [typeof(GatewayEvent)] : [];

    /// <inheritdoc/>
    public Type GetReturnType(string invocationId) => typeof(object);

    /// <inheritdoc/>
    public Type GetStreamItemType(string streamId) => typeof(object);

    private ReadOnlySequence<byte> Unread => new(_bytes, _start, _end - _start);

    private void MakeRoom()
    {
        if (_end < _bytes.Length)
        {
            return;
        }

        var unread = _end - _start;
        if (unread == MaxBytes)
        {
            throw new InvalidDataException($"a message of more than {MaxBytes} bytes");
        }

        var roomy = unread > _bytes.Length / 2 ? new byte[Math.Min(2 * _bytes.Length, MaxBytes)] : _bytes;
        _bytes.AsSpan(_start, unread).CopyTo(roomy);
        (_bytes, _start, _end) = (roomy, 0, unread);
    }
}
