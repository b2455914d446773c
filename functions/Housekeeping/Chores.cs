using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>
/// Runs chores about once a day each, however many processes there are and however seldom one is up: the clock calls every
/// hour, and a row of table <c>housekeeping</c> says when the chore was done. It also keeps two processes from the same work,
/// though not for certain: chores are conditional and may run twice, at once or after each other.
/// </summary>
internal sealed partial class Chores(TableAccount account, TimeProvider clock, ILogger<Chores> logger)
{
    private const string Partition = "chores";

    // A function may run for five minutes. What is not done by then goes on an hour later, from where it was.
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromHours(23);

    private readonly Table _table = account.Table("housekeeping");

    /// <summary>Does the chore if it is its time and nobody else is at it.</summary>
    public async Task RunAsync(string chore, Func<Sweep, Task> sweepAsync, CancellationToken cancel)
    {
        if (await BeginAsync(chore, cancel) is not { } turn)
        {
            return;
        }

        using var enough = new CancellationTokenSource(LongestRun, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancel);
        var sweep = new Sweep(turn.GetString("After"), either.Token);
        try
        {
            await sweepAsync(sweep);
            (turn["DoneAt"], turn["After"]) = (clock.GetUtcNow(), "");
            Done(chore, sweep.Removed);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            turn["After"] = sweep.After;
            BrokenOff(chore, sweep.Removed);
        }

        turn.Remove("BegunAt");
        await _table.ReplaceAsync(turn, turn.ETag, cancel);
    }

    private async Task<TableEntity?> BeginAsync(string chore, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var known = await _table.FindAsync(Partition, chore, cancel);
        if (now - known?.GetDateTimeOffset("DoneAt") < Pause || now - known?.GetDateTimeOffset("BegunAt") < LongestTurn)
        {
            return null;
        }

        var turn = new TableEntity(Partition, chore)
        {
            ["BegunAt"] = now,
            ["DoneAt"] = known?.GetDateTimeOffset("DoneAt"),
            ["After"] = known?.GetString("After") ?? "",
        };
        var taken = known is null
            ? await _table.AddAsync(turn, cancel)
            : await _table.ReplaceAsync(turn, known.ETag, cancel);
        return taken == Write.Done ? turn : null;
    }

    [LoggerMessage(9000, LogLevel.Information, "Chore {Chore} is done: {Rows} rows removed.", EventName = "ChoreDone")]
    private partial void Done(string chore, int rows);

    [LoggerMessage(9001, LogLevel.Information, "Chore {Chore} goes on in an hour: {Rows} rows removed so far.", EventName = "ChoreBrokenOff")]
    private partial void BrokenOff(string chore, int rows);

    // The next free id is 9002.
}
