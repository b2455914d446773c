namespace Serverless.Relay.Management;

/// <summary>The pause of a loop that asks the functions again and again, which whoever knows that there is news may cut short.</summary>
internal sealed class Pause(TimeProvider time)
{
    private TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the pause now, or else the next one before it begins: the loop looks once more after this call.</summary>
    public void CutShort() => Volatile.Read(ref _cut).TrySetResult();

    /// <summary>Waits, by one loop. Returns whether it was cut short.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancel)
    {
        var cut = _cut.Task;
        await cut.WaitAsync(atMost, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
        if (!cut.IsCompleted)
        {
            return false;
        }

        // Who still cuts the old one does so before the loop looks.
        Volatile.Write(ref _cut, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return true;
    }
}
