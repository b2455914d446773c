using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests;

/// <summary>How often the functions are asked about a key, and for how long their answer holds.</summary>
public sealed class JudgingTests : GatewayTests
{
    private const string Authorize = "/api/relay/authorize";
    private static readonly string Sound = RawClient.Handshake($"/echo?user_key={Keys.Good}");

    [Fact]
    public async Task A_hundred_handshakes_with_one_key_at_once_are_one_question()
    {
        await using var relay = await StartRelayAsync();
        var gate = new TaskCompletionSource();
        Functions.Gate = gate.Task;

        var answers = Enumerable.Range(0, 100).Select(_ => relay.SendAsync(Sound)).ToList();
        await relay.UntilAsync(() => Functions.Calls(Authorize) > 0);
        gate.SetResult();

        Assert.All(await Task.WhenAll(answers).Soon(), answer => Assert.Equal(101, answer.Status));
        Assert.Equal(1, Functions.Calls(Authorize));
    }

    [Fact]
    public async Task A_waiter_that_leaves_does_not_take_the_answer_from_the_others()
    {
        await using var relay = await StartRelayAsync();
        var judge = relay.Services.GetRequiredService<KeyJudge>();
        var question = new AuthorizationRequest { Product = "echo", UserKey = Keys.Good };
        var gate = new TaskCompletionSource();
        Functions.Gate = gate.Task;
        using var leaving = new CancellationTokenSource();

        var first = judge.JudgeAsync(question, leaving.Token).AsTask();
        var second = judge.JudgeAsync(question, CancellationToken.None).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        gate.SetResult();

        Assert.IsType<Judgement.Admitted>(await second.Soon());
        Assert.Equal(1, Functions.Calls(Authorize));
    }

    [Fact]
    public async Task A_limited_answer_is_asked_for_by_every_request_even_at_once()
    {
        Functions.Judge = _ => Granted(cacheSeconds: 0);
        await using var relay = await StartRelayAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => relay.SendAsync(Sound))).Soon();

        Assert.All(answers, answer => Assert.Equal(101, answer.Status));
        Assert.Equal(20, Functions.Calls(Authorize));
        Assert.All(Functions.Questions, question => Assert.Equal(1, question.Usage["hits"]));
    }

    [Fact]
    public async Task An_answer_lives_as_long_as_the_functions_say()
    {
        var time = new ManualTime();
        await using var relay = await RunningRelay.StartAsync(Functions.Address, time);

        await relay.SendAsync(Sound);
        time.Advance(TimeSpan.FromSeconds(9.9));
        await relay.SendAsync(Sound);
        var within = Functions.Calls(Authorize);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await relay.SendAsync(Sound);

        Assert.Equal((1, 2), (within, Functions.Calls(Authorize)));
    }

    [Fact]
    public async Task The_relay_may_give_answers_a_shorter_life()
    {
        Functions.Judge = _ => Granted(cacheSeconds: 300);
        var time = new ManualTime();
        await using var relay = await RunningRelay.StartAsync(
            Functions.Address, time, settings: ("Relay:Authorization:MaxCache", "00:00:02"));

        await relay.SendAsync(Sound);
        time.Advance(TimeSpan.FromSeconds(2));
        await relay.SendAsync(Sound);

        Assert.Equal(2, Functions.Calls(Authorize));
    }

    [Fact]
    public async Task A_denial_is_kept_too()
    {
        Functions.Judge = _ => Denied(AuthorizationReasons.UserKeyDeleted, cacheSeconds: 10);
        await using var relay = await StartRelayAsync();

        var first = await relay.SendAsync(Sound);
        var second = await relay.SendAsync(Sound);

        Assert.Equal(("user_key_deleted", "user_key_deleted"), (first.Problem.Code, second.Problem.Code));
        Assert.Equal(1, Functions.Calls(Authorize));
    }

    [Fact]
    public async Task A_failure_of_the_functions_is_never_kept()
    {
        await using var relay = await StartRelayAsync();
        Functions.Broken = 503;
        var away = await relay.SendAsync(Sound);
        Functions.Broken = null;

        var back = await relay.SendAsync(Sound);

        Assert.Equal((503, 101), (away.Status, back.Status));
    }

    [Fact]
    public async Task What_is_known_of_a_key_holds_while_the_functions_are_away()
    {
        await using var relay = await StartRelayAsync();
        await relay.SendAsync(Sound);
        await Functions.GoAwayAsync();

        var known = await relay.SendAsync(Sound);
        var unknown = await relay.SendAsync(RawClient.Handshake($"/echo?user_key={Keys.Bad}"));

        Assert.Equal((101, 503), (known.Status, unknown.Status));
    }

    [Fact]
    public async Task A_question_names_what_the_mapping_rules_add_up_to()
    {
        Promote(Snapshots.Echo(Server.Address, version: 2) with
        {
            MappingRules =
            [
                new MappingRule { Method = "GET", Pattern = "/", Metric = "hits" },
                new MappingRule { Method = "GET", Pattern = "/rooms/{room}", Metric = "rooms", Delta = 3 },
                new MappingRule { Method = "ANY", Pattern = "/rooms", Metric = "hits", Last = true },
                new MappingRule { Method = "GET", Pattern = "/", Metric = "unreached" },
            ],
        });
        await using var relay = await StartRelayAsync();

        await relay.SendAsync(RawClient.Handshake($"/echo/rooms/7?user_key={Keys.Good}"));

        var question = Assert.Single(Functions.Questions);
        Assert.Equal(("echo", Keys.Good), (question.Product, question.UserKey));
        Assert.Equal(new Dictionary<string, long> { ["hits"] = 2, ["rooms"] = 3 }, question.Usage.ToDictionary());
    }
}
