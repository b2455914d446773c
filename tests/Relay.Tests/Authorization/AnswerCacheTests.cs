using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Relay.Authorization;

namespace Serverless.Relay.Tests.Authorization;

public sealed class AnswerCacheTests
{
    private readonly Clock _clock = new();
    private readonly AnswerAges _ages = new();

    [Fact]
    public void The_oldest_answers_go_when_there_are_too_many()
    {
        var cache = Cache(maxEntries: 3);
        for (var i = 0; i < 5; i++)
        {
            cache.Add(Key(i), "echo", Answer(seconds: 10), asked: 0);
        }

        Assert.Equal(3, cache.Count);
        Assert.Equal([false, false, true, true, true], Enumerable.Range(0, 5).Select(i => cache.TryGet(Key(i), out _)));
    }

    [Fact]
    public void Answers_to_one_question_again_and_again_stay_one()
    {
        var cache = Cache(maxEntries: 3);
        for (var i = 0; i < 10; i++)
        {
            cache.Add(Key(1), "echo", Answer(seconds: 10), asked: 0);
        }

        Assert.Equal(1, cache.Count);
        Assert.True(cache.TryGet(Key(1), out _));
    }

    [Fact]
    public void Ended_answers_leave_with_the_next_that_comes()
    {
        var cache = Cache(maxEntries: 100);
        cache.Add(Key(1), "echo", Answer(seconds: 5), asked: 0);
        _clock.Now += TimeSpan.FromSeconds(5);
        Assert.False(cache.TryGet(Key(1), out _));

        cache.Add(Key(2), "echo", Answer(seconds: 5), asked: 0);

        Assert.Equal(1, cache.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_answer_without_a_life_is_never_kept(int seconds)
    {
        var cache = Cache(maxEntries: 100);
        cache.Add(Key(1), "echo", Answer(seconds), asked: 0);

        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Overtaken_answers_are_not_given_whether_they_came_before_or_after_and_those_about_others_are()
    {
        var cache = Cache(maxEntries: 100);
        var early = _ages.Now;
        cache.Add(Key(1), "echo", Answer(seconds: 10), early);
        cache.Add(Key(2), "echo", Answer(seconds: 10) with { Application = "another" }, early);

        _ages.Overtake("app");
        cache.Add(Key(3), "echo", Answer(seconds: 10), early);
        cache.Add(Key(4), "echo", Answer(seconds: 10), _ages.Now);

        Assert.Equal([false, true, false, true], Enumerable.Range(1, 4).Select(i => cache.TryGet(Key(i), out _)));
    }

    [Fact]
    public void A_question_is_another_when_any_part_of_it_is()
    {
        var question = new AuthorizationRequest
        {
            Product = "p",
            UserKey = "k",
            Usage = new Dictionary<string, long> { ["a"] = 1, ["b"] = 1 },
        };
        var turned = question with { Usage = new Dictionary<string, long> { ["b"] = 1, ["a"] = 1 } };
        AuthorizationRequest[] others =
        [
            question with { Product = "pk", UserKey = "" },
            question with { UserKey = "kk" },
            question with { UserKey = null, AppId = "k" },
            question with { UserKey = null, AppId = "k", AppKey = "k" },
            question with { UserKey = null, ClientId = "k" },
            question with { UserKey = null, Ticket = "k" },
            question with { UserKey = null, Ticket = "k", Path = "/" },
            question with { UserKey = null, Ticket = "k", Path = "/", Origin = "o" },
            question with { Referrer = "k" },
            question with { Usage = new Dictionary<string, long> { ["a"] = 1 } },
            question with { Usage = new Dictionary<string, long> { ["a"] = 1, ["b"] = 2 } },
            question with { Usage = new Dictionary<string, long> { ["a"] = 1, ["c"] = 1 } },
        ];

        Assert.Equal(QuestionKey.Of(question), QuestionKey.Of(turned));
        Assert.DoesNotContain(QuestionKey.Of(question), others.Select(QuestionKey.Of));
    }

    private AnswerCache Cache(int maxEntries) =>
        new(_ages, Options.Create(new AuthorizationOptions { MaxEntries = maxEntries }), _clock);

    private static QuestionKey Key(int number) => new(0, (UInt128)number);

    private static AuthorizationAnswer Answer(int seconds) => new() { Authorized = true, Application = "app", CacheSeconds = seconds };
}
