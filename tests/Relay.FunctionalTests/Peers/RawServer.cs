using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.Peers;

/// <summary>A private server that answers with the very bytes that it is told, and keeps all that it is sent.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Connection> _connections = new();
    private readonly Func<string, string> _answer;
    private readonly Task _serving;

    private RawServer(Func<string, string> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>What came in, connection by connection, so far.</summary>
    public IReadOnlyList<string> Heard => [.. _connections.Select(connection => connection.Text)];

    public static RawServer Answering(string answer) => new(_ => answer);

    /// <summary>Opens every WebSocket, and says something at once.</summary>
    public static RawServer Opening(string first = "") => new(head => Switch(head) + first);

    /// <summary>A 101 that proves that the head was understood.</summary>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6455 asks for it.")]
    public static string Switch(string head) =>
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(
            Value(head, "Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")))
        + "\r\n\r\n";

    /// <summary>The value of a header in a head.</summary>
    public static string Value(string head, string name) => head.Split("\r\n")
        .Single(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];

    /// <summary>Ends every connection, with a reset if wanted.</summary>
    public void Hang(bool reset = false)
    {
        foreach (var connection in _connections)
        {
            connection.End(reset);
        }
    }

    /// <summary>Waits until the bytes of the first connection are what is waited for.</summary>
    public async Task<string> UntilAsync(Func<string, bool> condition)
    {
        while (_connections.TryPeek(out var first))
        {
            var next = first.Next;
            if (condition(first.Text))
            {
                return first.Text;
            }

            await next.Soon();
        }

        throw new InvalidOperationException("Nobody has connected.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving.Soon();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var connection = new Connection(await _listener.AcceptSocketAsync(_stop.Token));
                _connections.Enqueue(connection);
                serving.Add(connection.ServeAsync(_answer, _stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private sealed class Connection(Socket socket)
    {
        private readonly StringBuilder _heard = new();
        private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Text
        {
            get
            {
                lock (_heard)
                {
                    return _heard.ToString();
                }
            }
        }

        public Task Next => _next.Task;

        public void End(bool reset)
        {
            if (reset)
            {
                socket.LingerState = new LingerOption(true, 0);
            }

            socket.Close();
        }

        public async Task ServeAsync(Func<string, string> answer, CancellationToken cancel)
        {
            using var connection = socket;
            var answered = false;
            var buffer = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(buffer, cancel) is var read and > 0)
                {
                    lock (_heard)
                    {
                        _heard.Append(Encoding.Latin1.GetString(buffer, 0, read));
                    }

                    if (!answered && Text.Contains("\r\n\r\n", StringComparison.Ordinal))
                    {
                        answered = true;
                        await socket.SendAsync(Encoding.Latin1.GetBytes(answer(Text)), cancel);
                    }

                    Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The relay hung up, or the test did.
            }
        }
    }
}
