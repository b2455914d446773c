using System.Net.Sockets;
using Serverless.Relay.Sockets;

namespace Serverless.Relay.Tunnel;

/// <summary>
/// Carries a tunnel on a loop until both sides have sent their Close. Whatever else ends it, an order, a fault, a lost
/// peer, ends this too: what is under way is handed to the streams, which know how tunnels end.
/// </summary>
internal sealed class LoopCarrier : ILoopCarrier
{
    private readonly LoopStream _client;
    private readonly LoopStream _backend;
    private readonly LoopLane _fromClient;
    private readonly LoopLane _fromBackend;
    private readonly EventLoop _loop;
    private readonly Action _run;
    private readonly TaskCompletionSource<Exception?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _leave;
    private bool _carrying;
    private bool _again;
    private Action? _goOn;

    /// <param name="client">The client's connection.</param>
    /// <param name="backend">The backend's connection.</param>
    /// <param name="fromClient">What the client's frames go through.</param>
    /// <param name="fromBackend">What the backend's frames go through.</param>
    /// <param name="time">For rates.</param>
    /// <param name="closeSeen">Hears, on the loop's thread, which of the two has seen its source's Close.</param>
    public LoopCarrier(
        LoopStream client, LoopStream backend, Flow fromClient, Flow fromBackend, TimeProvider time, Action<Flow> closeSeen)
    {
        (_client, _backend, _loop, _run) = (client, backend, client.Socket.Loop, Run);
        _fromClient = new LoopLane(client.Socket, backend.Socket, fromClient, time, Wake, closeSeen);
        _fromBackend = new LoopLane(backend.Socket, client.Socket, fromBackend, time, Wake, closeSeen);
    }

    /// <summary>
    /// Done when there is something else to do, or after <see cref="Leave"/>; with the fault when it is one of the relay's own.
    /// </summary>
    public Task<Exception?> Done => _done.Task;

    /// <summary>Begins to carry, until <see cref="Done"/>. Call once; nobody else may use the connections meanwhile.</summary>
    public async Task BeginAsync()
    {
        try
        {
            await _backend.Socket.MoveAsync(_loop);
        }
        catch (SocketException e)
        {
            // The system has no room to watch it on the other loop.
            _done.SetResult(e);
            return;
        }

        _fromClient.Begin(_client.TakeBack());
        _fromBackend.Begin(_backend.TakeBack());
        _loop.Post(Start);
    }

    /// <summary>When it is <see cref="Done"/>: what is left of both directions. Call once.</summary>
    public (Carried FromClient, Carried FromBackend) Hand() => (_fromClient.Hand(), _fromBackend.Hand());

    /// <summary>From any thread: something was ordered that may be possible at once.</summary>
    public void Wake() => _loop.Post(_run);

    /// <summary>From any thread: the tunnel is to leave the loop now.</summary>
    public void Leave()
    {
        _leave = true;
        _loop.Post(_run);
    }

    /// <inheritdoc/>
    public void Ready(LoopSocket socket, bool readable, bool writable)
    {
        if (socket == _client.Socket)
        {
            _fromClient.MayRead |= readable;
            _fromBackend.MayWrite |= writable;
        }
        else
        {
            _fromBackend.MayRead |= readable;
            _fromClient.MayWrite |= writable;
        }

        Run();
    }

    private void Start()
    {
        _carrying = true;
        _client.Socket.CarriedBy(this);
        _backend.Socket.CarriedBy(this);
        Run();
    }

    private void GoOn()
    {
        _again = false;
        Run();
    }

    // On the loop's thread, like all that follows.
    private void Run()
    {
        if (!_carrying)
        {
            return;
        }

        try
        {
            if (_leave)
            {
                Stop(null);
                return;
            }

            var up = _fromClient.Run();
            var down = up == LaneState.Over ? LaneState.Idle : _fromBackend.Run();
            if (up == LaneState.Over || down == LaneState.Over || (up == LaneState.Closed && down == LaneState.Closed))
            {
                Stop(null);
            }
            else if ((up == LaneState.Busy || down == LaneState.Busy) && !_again)
            {
                // Once, however often it is run before its turn comes: its share is that of the others.
                _again = true;
                _loop.Again(_goOn ??= GoOn);
            }
        }
        catch (Exception e)
        {
            // A bug here must end this tunnel and no other.
            Stop(e);
        }
    }

    private void Stop(Exception? fault)
    {
        _carrying = false;
        _fromClient.End();
        _fromBackend.End();
        _client.Socket.CarriedBy(null);
        _backend.Socket.CarriedBy(null);
        _done.SetResult(fault);
    }
}
