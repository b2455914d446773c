namespace Serverless.Functions.Storage;

/// <summary>
/// Lets callers that need the same thing take turns: while one works, the others wait, and the first of them then does
/// the work of all who wait. So a crowd costs two rounds rather than one for each, and nobody works longer than for
/// those who came before.
/// </summary>
internal sealed class BatchQueue<TJob>
{
    private readonly Dictionary<string, Queue<Waiting>> _lines = [];
    private readonly Lock _lock = new();

    /// <summary>Returns when the job is done, by this caller or by another; fails as the work did.</summary>
    /// <param name="key">Jobs of one key are never worked at by two callers at once.</param>
    /// <param name="job">Carries its own result.</param>
    /// <param name="work">Does several jobs; the same for every caller.</param>
    public async Task RunAsync(string key, TJob job, Func<IReadOnlyList<TJob>, Task> work)
    {
        var own = new Waiting(job);
        Enter(key, own);
        if (!await own.IsMyTurn.Task)
        {
            return;
        }

        var others = TakeAll(key);
        try
        {
            await work([job, .. others.Select(other => other.Job)]);
            foreach (var other in others)
            {
                other.IsMyTurn.SetResult(false);
            }
        }
        catch (Exception e)
        {
            foreach (var other in others)
            {
                other.IsMyTurn.SetException(e);
            }

            throw;
        }
        finally
        {
            Leave(key);
        }
    }

    private void Enter(string key, Waiting own)
    {
        lock (_lock)
        {
            if (_lines.TryGetValue(key, out var line))
            {
                line.Enqueue(own);
                return;
            }

            _lines[key] = new();
        }

        own.IsMyTurn.SetResult(true);
    }

    private Waiting[] TakeAll(string key)
    {
        lock (_lock)
        {
            var line = _lines[key];
            Waiting[] all = [.. line];
            line.Clear();
            return all;
        }
    }

    private void Leave(string key)
    {
        Waiting? next;
        lock (_lock)
        {
            if (!_lines[key].TryDequeue(out next))
            {
                _lines.Remove(key);
            }
        }

        next?.IsMyTurn.SetResult(true);
    }

    private sealed class Waiting(TJob job)
    {
        public TJob Job => job;

        /// <summary>True: work, for all who wait; false: it has been done.</summary>
        public TaskCompletionSource<bool> IsMyTurn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
