using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Housekeeping;

/// <summary>Removes access tokens that expired a month ago, and notes of the use of tokens that are gone.</summary>
internal sealed class TokensChore(Chores chores, TableAccount account, TimeProvider clock)
{
    private const string Name = "housekeeping-access-tokens";
    private const string Partition = "access-tokens";

    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    private readonly Table _tokens = account.Table("accesstokens");

    [Function(Name)]
    public Task RunAsync([TimerTrigger("0 17 * * * *")] TimerInfo timer, CancellationToken cancel) =>
        chores.RunAsync(Name, SweepAsync, cancel);

    public async Task SweepAsync(Sweep sweep)
    {
        var end = clock.GetUtcNow() - Keep;
        await sweep.RemoveAsync(
            _tokens,
            _tokens.ReadKindAsync(Partition, "token", sweep.Cancel).Where(row => row.GetDateTimeOffset("ExpiresAt") < end));
        await foreach (var use in _tokens.ReadKindAsync(Partition, "used", sweep.Cancel))
        {
            if (await _tokens.FindAsync(Partition, Key.Of("token", use.RowKey.Split('|')[1]), sweep.Cancel) is null)
            {
                await sweep.RemoveAsync(_tokens, use);
            }
        }
    }
}
