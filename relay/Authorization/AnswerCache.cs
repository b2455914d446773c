using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Serverless.Contracts;

namespace Serverless.Relay.Authorization;

/// <summary>
/// Answers of the functions for as long as these allow, at most <see cref="AuthorizationOptions.MaxCache"/>; bounded,
/// the oldest goes first. Grants and denials alike; an answer with a life of 0 is never kept, and one that was overtaken is
/// never given.
/// </summary>
internal sealed class AnswerCache(AnswerAges ages, IOptions<AuthorizationOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<QuestionKey, Entry> _entries = new();
    private readonly ConcurrentQueue<Entry> _byAge = new();

    /// <summary>Answers held, those included that nobody has asked for since they ended.</summary>
    public int Count => _entries.Count;

    /// <summary>Finds an answer that may still be used.</summary>
    public bool TryGet(QuestionKey key, [NotNullWhen(true)] out AuthorizationAnswer? answer)
    {
        answer = _entries.TryGetValue(key, out var entry) && IsAlive(entry) ? entry.Answer : null;
        return answer is not null;
    }

    /// <summary>Keeps an answer for its life.</summary>
    /// <param name="key">The question.</param>
    /// <param name="product">The product that it is about.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="asked">The moment of <see cref="AnswerAges"/> at which it was asked for.</param>
    public void Add(QuestionKey key, string product, AuthorizationAnswer answer, long asked)
    {
        var life = TimeSpan.FromSeconds(answer.CacheSeconds);
        if (life > options.Value.MaxCache)
        {
            life = options.Value.MaxCache;
        }

        if (life <= TimeSpan.Zero)
        {
            return;
        }

        var entry = new Entry(key, product, answer, asked, time.GetTimestamp(), life);
        _entries[key] = entry;
        _byAge.Enqueue(entry);
        Trim();
    }

    // The queue may hold an entry that a later answer replaced; it counts too, so that the queue is as bounded as the
    // table.
    private void Trim()
    {
        while (_byAge.TryPeek(out var oldest)
            && (_byAge.Count > options.Value.MaxEntries || !IsAlive(oldest))
            && _byAge.TryDequeue(out oldest))
        {
            _entries.TryRemove(KeyValuePair.Create(oldest.Key, oldest));
        }
    }

    private bool IsAlive(Entry entry) =>
        time.GetElapsedTime(entry.Since) < entry.Life && ages.Holds(entry.Asked, entry.Product, entry.Answer.Application);

    // Compared by identity: an entry is the same only as itself.
    private sealed class Entry(QuestionKey key, string product, AuthorizationAnswer answer, long asked, long since, TimeSpan life)
    {
        public QuestionKey Key { get; } = key;

        public string Product { get; } = product;

        public AuthorizationAnswer Answer { get; } = answer;

        public long Asked { get; } = asked;

        public long Since { get; } = since;

        public TimeSpan Life { get; } = life;
    }
}
