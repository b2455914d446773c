using System.Net;
using System.Text.Json.Nodes;
using Serverless.Functions.Events;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Events;

public sealed class StreamTests : IAsyncLifetime
{
    private const string Drain = "/api/backends/b:drain-connections";

    private FunctionsApp _one = null!;
    private FunctionsApp _other = null!;

    public async Task InitializeAsync()
    {
        _one = await StartAsync(null);
        _other = await StartAsync(_one);
        await _one.Admin.DoAsync("POST", "/api/backends", """{"system_name":"b","name":"B","private_base_url":"http://h"}""");
    }

    public async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        await _one.DisposeAsync();
    }

    [Fact]
    public async Task What_happens_in_one_process_shows_in_another_within_two_seconds()
    {
        using var stream = await OpenStream.OpenAsync(_other);
        await stream.NextAsync("tunnels");
        var times = new List<TimeSpan>();
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            var told = await _one.Admin.DoAsync("POST", Drain);
            var begun = TimeProvider.System.GetTimestamp();

            var shown = await stream.NextAsync("connections.drain");

            times.Add(TimeProvider.System.GetElapsedTime(begun));
            Assert.Equal($"{sequence}", shown.Id);
            Assert.True(JsonNode.DeepEquals(told, shown.Data));
        }

        Assert.True(times.Max() < TimeSpan.FromSeconds(2), string.Join(' ', times));
        Assert.Equal(("text/event-stream", "no-store"), (stream.Answer.Content.Headers.ContentType?.MediaType, stream.Answer.Headers.CacheControl?.ToString()));
        Assert.Equal(["retry: 1000"], stream.Others);
    }

    [Theory]
    [InlineData("?after=1", null)]
    [InlineData("", "1")]
    [InlineData("?after=0", "1")]
    public async Task Who_comes_again_gets_what_he_has_missed(string query, string? lastEventId)
    {
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            await _one.Admin.DoAsync("POST", Drain);
        }

        using var stream = await OpenStream.OpenAsync(_one, query, lastEventId);

        Assert.Equal("2", (await stream.NextAsync())?.Id);
        Assert.Equal("3", (await stream.NextAsync())?.Id);
    }

    [Fact]
    public async Task Who_heard_of_nothing_before_he_was_cut_off_gets_what_happened_since_he_first_came()
    {
        await _one.Admin.DoAsync("POST", Drain);
        using var first = await OpenStream.OpenAsync(_one);
        await first.NextAsync("tunnels");
        await _one.Admin.DoAsync("POST", Drain);

        using var again = await OpenStream.OpenAsync(_other, lastEventId: first.Begun);

        Assert.Equal("1", first.Begun);
        Assert.Equal("2", (await again.NextAsync("connections.drain")).Id);
    }

    [Fact]
    public async Task A_stream_ends_with_the_access_token_that_it_was_opened_with()
    {
        var token = await _one.Admin.DoAsync("POST", "/api/access-tokens", """{"name":"console","scopes":["read"]}""");
        using var stream = await OpenStream.OpenAsync(_one, token: (string)token["token"]!);
        await stream.NextAsync("tunnels");

        using var deleted = await _one.Admin.SendAsync("DELETE", $"/api/access-tokens/{token["id"]}", ifMatch: "*");

        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task Who_has_missed_what_is_not_there_any_more_is_told_so()
    {
        await _one.Admin.DoAsync("POST", Drain);

        using var stream = await OpenStream.OpenAsync(_one, "?after=900");

        var missed = await stream.NextAsync();
        Assert.Equal(("missed", "1", 900, 1), (missed!.Name, missed.Id, (int)missed.Data["after"]!, (int)missed.Data["latest"]!));
        await _one.Admin.DoAsync("POST", Drain);
        Assert.Equal("2", (await stream.NextAsync("connections.drain")).Id);
    }

    [Fact]
    public async Task A_stream_ends_by_itself_and_the_answer_is_whole()
    {
        await using var app = await _one.RestartAsync();
        using var stream = await OpenStream.OpenAsync(app);

        while (await stream.NextAsync() is not null)
        {
            // To its end, which an answer that is cut off has not.
        }

        Assert.Equal(HttpStatusCode.OK, stream.Answer.StatusCode);
    }

    [Fact]
    public async Task A_process_that_ends_does_not_wait_for_its_streams()
    {
        var app = await StartAsync(_one);
        using var stream = await OpenStream.OpenAsync(app);
        await stream.NextAsync("tunnels");

        await app.DisposeAsync().Soon(TimeSpan.FromSeconds(10));

        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task There_are_only_so_many_at_once_and_one_that_is_left_makes_room()
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, EventStreams.Most).Select(_ => OpenStream.OpenAsync(_other)));
        Assert.All(streams, stream => Assert.Equal(HttpStatusCode.OK, stream.Answer.StatusCode));
        using var refused = await _other.Admin.SendAsync("GET", "/api/events");
        await refused.ProblemAsync(429, "too_many_streams");

        streams[0].Dispose();

        HttpStatusCode status;
        do
        {
            using var again = await OpenStream.OpenAsync(_other);
            status = again.Answer.StatusCode;
        }
        while (status == HttpStatusCode.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, status);
        Array.ForEach(streams, stream => stream.Dispose());
    }

    [Theory]
    [InlineData("/api/events?after=x")]
    [InlineData("/api/events?after=-1")]
    [InlineData("/api/events?after=99999999999999999999")]
    [InlineData("/api/relay/events?after=")]
    [InlineData("/api/relay/events?after=1.5")]
    public async Task What_is_no_sequence_is_refused(string path)
    {
        using var refused = await _one.Admin.SendAsync("GET", path);

        await refused.ProblemAsync(400, "invalid_sequence");
    }

    [Fact]
    public async Task Open_tunnels_and_new_refusals_of_all_relays_show_when_they_change()
    {
        await ReportAsync("r1", """[{"product":"chat","environment":"staging","count":2}]""", """[{"reason":"path_not_found","count":9}]""");
        using var stream = await OpenStream.OpenAsync(_other);
        var first = await stream.NextAsync();
        Assert.Equal("""{"relays":1,"open":[{"product":"chat","environment":"staging","count":2}]}""", first!.Data.ToJsonString());

        await ReportAsync(
            "r2",
            """[{"product":"chat","environment":"staging","count":3},{"product":"chat","environment":"production","count":1}]""",
            """[{"product":"chat","reason":"user_key_invalid","count":4}]""");
        var both = await stream.NextAsync();
        var refused = await stream.NextAsync();
        await ReportAsync("r1", "[]", """[{"reason":"path_not_found","count":11}]""");
        var left = await stream.NextAsync("tunnels");
        var more = await stream.NextAsync("refusals");

        Assert.Equal(
            """{"relays":2,"open":[{"product":"chat","environment":"production","count":1},{"product":"chat","environment":"staging","count":5}]}""",
            both!.Data.ToJsonString());
        Assert.Equal("""{"refused":[{"product":"chat","reason":"user_key_invalid","count":4}]}""", refused!.Data.ToJsonString());
        Assert.Equal(3, (int)left.Data["open"]![1]!["count"]!);
        Assert.Equal("""{"refused":[{"reason":"path_not_found","count":2}]}""", more.Data.ToJsonString());
        Assert.Null(more.Id);
    }

    private Task<JsonNode> ReportAsync(string relay, string open, string refused) =>
        _one.Admin.DoAsync("POST", "/api/relay/status", $$"""{"relay":"{{relay}}","open":{{open}},"refused":{{refused}}}""");

    private static Task<FunctionsApp> StartAsync(FunctionsApp? beside)
    {
        var settings = new Dictionary<string, string?> { ["Events:StreamSeconds"] = "200" };
        return beside is null ? FunctionsApp.StartAsync(settings) : beside.RestartAsync(settings);
    }
}
