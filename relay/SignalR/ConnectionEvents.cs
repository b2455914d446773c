using System.Threading.Channels;

namespace Serverless.Relay.SignalR;

/// <summary>
/// What one connection does, told one after the other in the order in which it did it: a webhook that hangs holds up this connection's
/// invocations, not its pings, and nobody else's anything.
/// </summary>
internal sealed class ConnectionEvents(ClientConnection connection, Upstreams upstreams, TimeProvider time) : IDisposable
{
    private const int MostWaiting = 100;
    private const long MostWaitingBytes = 4 * 1024 * 1024;

    private readonly Channel<UpstreamEvent> _waiting = Channel.CreateUnbounded<UpstreamEvent>();
    private readonly CancellationTokenSource _hurry = new(System.Threading.Timeout.InfiniteTimeSpan, time);
    private Task _telling = Task.CompletedTask;
    private int _count;
    private long _bytes;

    /// <summary>Id of the connection.</summary>
    public string ConnectionId => connection.Id;

    /// <summary>Its hub.</summary>
    public string Hub => connection.Client.Hub;

    /// <summary>Bytes of the invocations that wait.</summary>
    public long WaitingBytes => Interlocked.Read(ref _bytes);

    /// <summary>It has connected.</summary>
    public void Connected()
    {
        if (upstreams.Any)
        {
            _waiting.Writer.TryWrite(UpstreamEvent.Connected);
            _telling = Task.Run(TellAsync);
        }
    }

    /// <summary>It invokes something. When nobody is to be told, or too much waits, it hears so at once.</summary>
    public void Invoked(ClientMessage.Invocation invocation)
    {
        var told = UpstreamEvent.Of(invocation);
        if (!upstreams.Wants(connection.Client.Hub, told))
        {
            Fail($"No upstream takes '{invocation.Target}'.");
        }
        else if (IsTooMuch(told))
        {
            Done(told);
            Fail("Too many invocations wait for their turn.");
        }
        else
        {
            _waiting.Writer.TryWrite(told);
        }

        void Fail(string error)
        {
            if (invocation.Id is { } id)
            {
                connection.Send(Frames.Completion(id, error));
            }
        }
    }

    /// <summary>
    /// It has ended: what waits is still told if there is room for it, as long as that takes no longer than one webhook may, and then the
    /// end itself.
    /// </summary>
    public async Task DisconnectedAsync(bool withRest, CancellationToken cancel)
    {
        using var stopping = cancel.UnsafeRegister(hurry => ((CancellationTokenSource)hurry!).Cancel(), _hurry);
        _waiting.Writer.Complete();
        _hurry.CancelAfter(withRest ? upstreams.Timeout : TimeSpan.Zero);
        await _telling;
        await upstreams.TellAsync(connection, UpstreamEvent.Disconnected(connection.EndedBecause), cancel);
    }

    public void Dispose() => _hurry.Dispose();

    private async Task TellAsync()
    {
        await foreach (var told in _waiting.Reader.ReadAllAsync())
        {
            if (!_hurry.IsCancellationRequested && await upstreams.TellAsync(connection, told, _hurry.Token) is { } answer)
            {
                connection.Send(answer);
            }

            if (told.Category == UpstreamEvent.Messages)
            {
                Done(told);
            }
        }
    }

    // Both are counted whatever comes of it, as Done takes both back.
    private bool IsTooMuch(UpstreamEvent told)
    {
        var (count, bytes) = (Interlocked.Increment(ref _count), Interlocked.Add(ref _bytes, told.Body.Length));
        return count > MostWaiting || bytes > MostWaitingBytes;
    }

    private void Done(UpstreamEvent told)
    {
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -told.Body.Length);
    }
}
