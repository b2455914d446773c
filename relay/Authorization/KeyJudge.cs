using System.Collections.Concurrent;
using Serverless.Contracts;
using Serverless.Relay.Management;
using Serverless.Relay.Observability;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Authorization;

/// <summary>
/// Asks the functions whether a key may use a product: from the cache, or with one call however many wait for the
/// same answer.
/// </summary>
internal sealed class KeyJudge(
    ManagementClient management, AnswerCache cache, AnswerAges ages, RelayMetrics metrics, ILogger<KeyJudge> log)
{
    /// <summary>Sent as Retry-After when the functions are away: about what a restart of them takes.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<QuestionKey, Lazy<Task<Asked>>> _calls = new();

    /// <summary>Judges a key for one request.</summary>
    public async ValueTask<Judgement> JudgeAsync(AuthorizationRequest question, CancellationToken cancel)
    {
        var key = QuestionKey.Of(question);
        if (cache.TryGet(key, out var cached))
        {
            metrics.Authorized("cache");
            return AnswerTable.Judge(cached);
        }

        var mine = new Lazy<Task<Asked>>(() => CallAndForgetAsync(key, question));
        var call = _calls.GetOrAdd(key, mine);

        // The call itself takes no token: whoever leaves, the others still wait for it. Its time is bounded by the
        // client.
        var (answer, asked) = await call.Value.WaitAsync(cancel);
        if (call != mine && answer is not null && (answer.CacheSeconds == 0 || !ages.Holds(asked, question.Product, answer.Application)))
        {
            // A limited answer was counted for one request, that of the caller who asked. Everyone else has to ask too; and so
            // has who may have come after what overtook the answer.
            answer = await CallAsync(question).WaitAsync(cancel);
        }

        return answer is null
            ? new Judgement.Refused(new Refusal(
                RefusalReason.AuthorizationUnavailable, "The key cannot be checked at the moment.", RetryAfter))
            : AnswerTable.Judge(answer);
    }

    private async Task<Asked> CallAndForgetAsync(QuestionKey key, AuthorizationRequest question)
    {
        var asked = ages.Now;
        try
        {
            // Asked again, because the last call may have ended between the caller's look and now.
            if (cache.TryGet(key, out var cached))
            {
                return new(cached, asked);
            }

            var answer = await CallAsync(question);
            if (answer is not null)
            {
                // Kept before the call is forgotten, so that nobody finds neither.
                cache.Add(key, question.Product, answer, asked);
            }

            return new(answer, asked);
        }
        finally
        {
            _calls.TryRemove(key, out _);
        }
    }

    private async Task<AuthorizationAnswer?> CallAsync(AuthorizationRequest question)
    {
        metrics.Authorized("call");
        switch (await management.AuthorizeAsync(question, CancellationToken.None))
        {
            case Fetched<AuthorizationAnswer>.Fresh(var answer, _):
                return answer;
            case Fetched<AuthorizationAnswer>.Away(var why):
                AuthorizationLog.Unavailable(log, question.Product, why);
                return null;
            case Fetched<AuthorizationAnswer>.Refused(var why):
                AuthorizationLog.Unreadable(log, question.Product, why);
                return null;
            case var other:
                throw new InvalidOperationException($"Asking for a key cannot end in {other.GetType().Name}.");
        }
    }

    // An answer, null when there was none, and the moment of its question.
    private readonly record struct Asked(AuthorizationAnswer? Answer, long Moment);
}
