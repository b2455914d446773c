using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Every line that a relay logs, at every level, kept for the test.</summary>
internal sealed class RecordedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<Line> _lines = new();
    private readonly HashSet<string> _expected = [];
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal sealed record Line(string Category, LogLevel Level, EventId Id, string Text);

    public IReadOnlyCollection<Line> Lines => _lines;

    /// <summary>Errors of this event are what the test is about.</summary>
    public void Expect(string eventName) => _expected.Add(eventName);

    /// <summary>Waits for another line, or for a while.</summary>
    public async Task NextAsync(TimeSpan atMost, CancellationToken cancel)
    {
        try
        {
            await _next.Task.WaitAsync(atMost, cancel);
        }
        catch (TimeoutException)
        {
            // Not everything that a test waits for is logged.
        }
    }

    public void ThrowOnUnexpectedErrors()
    {
        var errors = _lines.Where(line => line.Level >= LogLevel.Error && !_expected.Contains(line.Id.Name ?? "")).ToList();
        Assert.True(errors.Count == 0, string.Join('\n', errors.Select(line => $"{line.Category}: {line.Text}")));
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(Line line)
    {
        _lines.Enqueue(line);
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private sealed class Logger(RecordedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add(new Line(category, logLevel, eventId, exception is null ? formatter(state, exception) : $"{formatter(state, exception)}\n{exception}"));
    }
}
