using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Serverless.Tests.Common;

/// <summary>
/// A program under test or in support of one. Its standard input stays open until it is disposed of; what it prints
/// can be waited for; it does not outlive the test process.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private static readonly ConcurrentDictionary<ChildProcess, bool> Alive = new();

    private readonly Process _process;
    private readonly ConsoleOutput _output = new();
    private readonly Task _reading;

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var child in Alive.Keys)
        {
            child.Kill();
        }
    };

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>True once it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Every line printed so far, standard output and error in the order in which they were read.</summary>
    public IReadOnlyList<string> Output => _output.Lines;

    /// <summary>Starts <paramref name="program"/>, found by PATH.</summary>
    /// <param name="program">Name or path.</param>
    /// <param name="arguments">Passed one by one, so nothing needs quoting.</param>
    /// <param name="environment">Added to this process's variables; null removes one.</param>
    /// <param name="workingDirectory">Defaults to the root of the repository.</param>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Repository.Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var child = new ChildProcess(process);
        Alive[child] = true;
        return child;
    }

    /// <summary>
    /// The first line, printed already or later, that matches. Fails at the deadline or when output ends.
    /// </summary>
    public async Task<Match> LineAsync(Regex pattern, TimeSpan? within = null)
    {
        try
        {
            return await _output.MatchAsync(pattern).Soon(within);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(
                $"{_process.StartInfo.FileName} has not printed /{pattern}/ in time, but:\n{string.Join('\n', Output)}");
        }
    }

    /// <summary>Types a line into its standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line).Soon();
        await _process.StandardInput.FlushAsync().Soon();
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    public void Terminate() => Signal(SigTerm, "SIGTERM");

    /// <summary>Has it do nothing any more, its connections staying open (SIGSTOP), until it is killed.</summary>
    public void Freeze() => Signal(OperatingSystem.IsMacOS() ? 17 : 19, "SIGSTOP");

    /// <summary>Ends it and its own children at once (SIGKILL).</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Its exit code, once it has ended and all it printed is read; 128 + signal when a signal ended it.</summary>
    public async Task<int> ExitAsync(TimeSpan? within = null)
    {
        await _process.WaitForExitAsync().Soon(within);
        await _reading.Soon(within);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (Alive.TryRemove(this, out _))
        {
            Kill();
            await _process.WaitForExitAsync().Soon();
            await _reading.Soon();
            _process.Dispose();
        }
    }

    private void Signal(int signal, string name)
    {
        if (!_process.HasExited && SendSignal(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException(
                $"{name} to {_process.Id} failed: errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    private async Task ReadAsync()
    {
        await Task.WhenAll(DrainAsync(_process.StandardOutput), DrainAsync(_process.StandardError));
        _output.End();
    }

    private async Task DrainAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _output.Add(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int process, int signal);
}
