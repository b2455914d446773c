using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;

namespace Serverless.Relay.SignalR;

/// <summary>A connection from its handshake to its end, whatever carries it.</summary>
internal sealed class ClientHandler(
    Hubs hubs, Quota quota, Upstreams upstreams, Obituaries obituaries, TimeProvider time, ILogger<ClientHandler> log) : ConnectionHandler
{
    // For a client that is to leave, to take what it still has to be told.
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(5);

    private readonly ClientHandshake _handshake = new(time);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var client = (ServiceClient)connection.GetHttpContext()!.User;
        var ours = new ClientConnection(connection.ConnectionId, client, quota, time, connection.Abort);
        using var gone = connection.ConnectionClosed.UnsafeRegister(lost => ((ClientConnection)lost!).End(), ours);
        var hasRoom = quota.TryConnect();
        var draining = ours.DrainAsync(connection.Transport.Output);
        try
        {
            if (await _handshake.ShakeAsync(connection.Transport.Input, ours))
            {
                await ServeAsync(ours, connection.Transport.Input, hasRoom);
            }
        }
        catch (OperationCanceledException)
        {
            // Somebody has ended it.
        }
        catch (Exception error) when (error is IOException or WebSocketException)
        {
            SignalRLog.Lost(log, ours.Id, error.Message);
        }
        catch (Exception error)
        {
            // Nobody else would say so.
            SignalRLog.Failed(log, ours.Id, error);
        }
        finally
        {
            ours.End();
            await FarewellAsync(connection, draining);
            if (hasRoom)
            {
                quota.Disconnect();
            }
        }
    }

    private async Task ServeAsync(ClientConnection connection, PipeReader input, bool hasRoom)
    {
        if (!hasRoom)
        {
            connection.Write(ClientHandshake.Welcome);
            connection.Close("Connection count reaches limit.", allowReconnect: false);
            return;
        }

        var hub = hubs[connection.Client.Hub];
        hub.Add(connection);
        var events = new ConnectionEvents(connection, upstreams, time);
        SignalRLog.Connected(log, hub.Name, connection.Id);
        try
        {
            events.Connected();
            await ReadAsync(connection, input, events);
        }
        finally
        {
            hub.Remove(connection);
            connection.End();
            SignalRLog.Disconnected(log, hub.Name, connection.Id, connection.EndedBecause);
            obituaries.Begin(events);
        }
    }

    private async Task ReadAsync(ClientConnection connection, PipeReader input, ConnectionEvents events)
    {
        var cut = new MessageCut();
        while (true)
        {
            var read = await input.ReadAsync(connection.Ending);
            var buffer = read.Buffer;
            while (cut.TryTake(ref buffer, out var message))
            {
                if (!Take(connection, message, events))
                {
                    return;
                }
            }

            if (buffer.Length > quota.MaxBytes)
            {
                connection.Close($"A message has {quota.MaxBytes} bytes at most.", allowReconnect: false);
                return;
            }

            if (read.IsCompleted)
            {
                return;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private bool Take(ClientConnection connection, in ReadOnlySequence<byte> bytes, ConnectionEvents events)
    {
        switch (bytes.Length <= quota.MaxBytes ? ClientMessage.TryRead(bytes) : null)
        {
            case ClientMessage.Ping:
                connection.Heard();
                return true;
            case ClientMessage.Invocation invocation:
                events.Invoked(invocation);
                return true;
            case ClientMessage.Unsupported { Id: { } id }:
                connection.Send(Frames.Completion(id, "Streaming is not supported in serverless mode."));
                return true;
            case ClientMessage.Unsupported or ClientMessage.Ignored:
                return true;
            case ClientMessage.Close:
                return false;
            default:
                connection.Close("The message is none of the JSON hub protocol.", allowReconnect: false);
                return false;
        }
    }

    private async Task FarewellAsync(ConnectionContext connection, Task draining)
    {
        try
        {
            await draining.WaitAsync(FarewellTimeout, time);
            await connection.Transport.Output.CompleteAsync();
        }
        catch (Exception error) when (error is TimeoutException or IOException or OperationCanceledException or InvalidOperationException)
        {
            SignalRLog.Lost(log, connection.ConnectionId, error.Message);
            connection.Abort();
        }
        catch (Exception error)
        {
            SignalRLog.Failed(log, connection.ConnectionId, error);
            connection.Abort();
        }
    }
}
