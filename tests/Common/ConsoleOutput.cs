using System.Text.RegularExpressions;

namespace Serverless.Tests.Common;

/// <summary>Lines as they are printed, and those who wait for one of them.</summary>
internal sealed class ConsoleOutput
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<Waiter> _waiters = [];
    private bool _ended;

    /// <summary>A copy of all lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
            _waiters.RemoveAll(waiter =>
                waiter.Pattern.Match(line) is { Success: true } match && waiter.Found.TrySetResult(match));
        }
    }

    /// <summary>No line will follow.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            foreach (var waiter in _waiters)
            {
                waiter.Found.TrySetException(Missing(waiter.Pattern));
            }

            _waiters.Clear();
        }
    }

    public Task<Match> MatchAsync(Regex pattern)
    {
        lock (_lock)
        {
            var found = _lines.Select(line => pattern.Match(line)).FirstOrDefault(match => match.Success);
            if (found is not null)
            {
                return Task.FromResult(found);
            }

            if (_ended)
            {
                return Task.FromException<Match>(Missing(pattern));
            }

            var waiter = new Waiter(pattern, new(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiters.Add(waiter);
            return waiter.Found.Task;
        }
    }

    private EndOfStreamException Missing(Regex pattern) =>
        new($"The program ended without printing /{pattern}/, but:\n{string.Join('\n', _lines)}");

    private sealed record Waiter(Regex Pattern, TaskCompletionSource<Match> Found);
}
