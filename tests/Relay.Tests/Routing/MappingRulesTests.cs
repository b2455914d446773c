using Serverless.Contracts;
using Serverless.Relay.Routing;

namespace Serverless.Relay.Tests.Routing;

public sealed class MappingRulesTests
{
    [Theory]
    [InlineData("/", "/", true)]
    [InlineData("/", "/anything/at/all", true)]
    [InlineData("/$", "/", true)]
    [InlineData("/$", "/a", false)]
    [InlineData("/v1", "/v1", true)]
    [InlineData("/v1", "/v1/x", true)]
    [InlineData("/v1", "/v10", true)]
    [InlineData("/v1", "/v", false)]
    [InlineData("/v1", "/V1", false)]
    [InlineData("/v1$", "/v1", true)]
    [InlineData("/v1$", "/v1/", false)]
    [InlineData("/v1.0", "/v1x0", false)]
    [InlineData("/a+b(c)", "/a+b(c)", true)]
    [InlineData("/a+b", "/aab", false)]
    [InlineData("/a$b", "/a$b", true)]
    public void Literals_match_as_prefix_unless_they_end_in_a_dollar(string pattern, string path, bool matches) =>
        Assert.Equal(matches, Matches(pattern, path));

    [Theory]
    [InlineData("/rooms/{id}", "/rooms/7", true)]
    [InlineData("/rooms/{id}", "/rooms/7/x", true)]
    [InlineData("/rooms/{id}", "/rooms/", false)]
    [InlineData("/rooms/{id}", "/rooms//", false)]
    [InlineData("/rooms/{id}$", "/rooms/7", true)]
    [InlineData("/rooms/{id}$", "/rooms/7/", false)]
    [InlineData("/rooms/{id}/messages", "/rooms/7/messages", true)]
    [InlineData("/rooms/{id}/messages", "/rooms/7/8/messages", false)]
    [InlineData("/rooms/{id}/{message}$", "/rooms/7/8", true)]
    [InlineData("/rooms/{id}.json$", "/rooms/7.json", true)]
    [InlineData("/rooms/{id}.json$", "/rooms/a.json.json", true)]
    [InlineData("/rooms/{id}.json$", "/rooms/.json", false)]
    [InlineData("/rooms/{id}.json$", "/rooms/a/b.json", false)]
    [InlineData("/{a}-{b}/c", "/x-y-z/c", true)]
    [InlineData("/{a}-{b}/c", "/xyz/c", false)]
    [InlineData("/{a}{b}$", "/xy", true)]
    [InlineData("/{a}{b}$", "/x", false)]
    [InlineData("/{a}/x{b}y$", "/q/xxyy", true)]
    [InlineData("/{a}", "/~!$&'()*+,;=@:%20", true)]
    public void A_variable_is_one_character_or_more_of_one_segment(string pattern, string path, bool matches) =>
        Assert.Equal(matches, Matches(pattern, path));

    [Theory]
    [InlineData("chat", "product=1 chat=3")]
    [InlineData("files", "product=1 files=2")]
    [InlineData(null, "product=1 end=1")]
    public void A_backends_rules_count_only_what_goes_to_it(string? backend, string usage)
    {
        var rules = MappingRules.Compile(
            [
                new MappingRule { Method = "GET", Pattern = "/", Metric = "product" },
                new MappingRule { Method = "GET", Pattern = "/", Metric = "chat", Delta = 3, Backend = "chat", Last = true },
                new MappingRule { Method = "GET", Pattern = "/", Metric = "files", Delta = 2, Backend = "files", Last = true },
                new MappingRule { Method = "GET", Pattern = "/", Metric = "end" },
            ],
            [])!;

        var matched = rules.Match("GET", "/a", "", backend);

        Assert.Equal(usage, string.Join(' ', matched.Deltas.Select(delta => $"{delta.Key}={delta.Value}")));
    }

    [Fact]
    public void A_request_that_only_another_backends_rule_matches_matches_none()
    {
        var rules = MappingRules.Compile(
            [new MappingRule { Method = "GET", Pattern = "/", Metric = "hits.chat", Backend = "chat" }], [])!;

        Assert.True(rules.Match("GET", "/", "", "files").IsNone);
    }

    [Theory]
    [InlineData("/admin", "/%61dmin", true)]
    [InlineData("/admin", "//admin", true)]
    [InlineData("/a/b", "/a///b", true)]
    [InlineData("/a/b", "/a%2Fb", false)]
    [InlineData("/a%2fb", "/a%2Fb", true)]
    [InlineData("//a", "/a", true)]
    [InlineData("/a b", "/a%20b", true)]
    [InlineData("/a\"b", "/a%22b", true)]
    [InlineData("/{x}$", "/a%2Fb", true)]
    public void No_spelling_of_a_path_walks_around_a_rule(string pattern, string path, bool matches) =>
        Assert.Equal(matches, Matches(pattern, path));

    [Theory]
    [InlineData("/?a=1", "?a=1", true)]
    [InlineData("/?a=1", "?b=2&a=1", true)]
    [InlineData("/?a=1", "?a=2", false)]
    [InlineData("/?a=1", "", false)]
    [InlineData("/?a=1", "?A=1", false)]
    [InlineData("/?a=1", "?a=2&a=1", true)]
    [InlineData("/?a=1", "?a=1&a=2", false)]
    [InlineData("/?a=1", "?a=%31", true)]
    [InlineData("/?a=1", "?%61=1", true)]
    [InlineData("/?a=x y", "?a=x+y", true)]
    [InlineData("/?a=x%20y", "?a=x%20y", true)]
    [InlineData("/?a=\u00e9", "?a=%C3%A9", true)]
    [InlineData("/?a={any}", "?a=whatever", true)]
    [InlineData("/?a={any}", "?a=", true)]
    [InlineData("/?a={any}", "?b=1", false)]
    [InlineData("/?a", "?a", true)]
    [InlineData("/?a=", "?a", true)]
    [InlineData("/?a=1&b=2", "?b=2&a=1", true)]
    [InlineData("/?a=1&b=2", "?a=1", false)]
    [InlineData("/?a=1", "?a=11", false)]
    [InlineData("/?aa=1", "?a=1", false)]
    public void Conditions_on_the_query_hold_for_the_last_value(string pattern, string query, bool matches) =>
        Assert.Equal(matches, Matches(pattern, "/", query));

    [Theory]
    [InlineData("GET", "GET", true)]
    [InlineData("ANY", "DELETE", true)]
    [InlineData("POST", "GET", false)]
    public void The_method_counts_unless_it_is_any(string rule, string method, bool matches) =>
        Assert.Equal(matches, !Compile(Rule("/", method: rule)).Match(method, "/", "").IsNone);

    [Fact]
    public void Every_rule_that_matches_adds_up_until_one_that_is_last()
    {
        var rules = Compile(
            Rule("/", "hits"),
            Rule("/nowhere", "nothing", delta: 100),
            Rule("/a", "hits", delta: 2),
            Rule("/a/{x}", "deep", delta: 5, last: true),
            Rule("/", "unreached"));

        var usage = rules.Match("GET", "/a/b", "");

        Assert.Equal(new Dictionary<string, long> { ["hits"] = 3, ["deep"] = 5 }, usage.Deltas.ToDictionary());
    }

    [Fact]
    public void Nothing_matches_nothing() => Assert.True(Compile().Match("GET", "/", "").IsNone);

    [Fact]
    public void A_request_that_one_rule_matches_allocates_nothing()
    {
        var rules = Compile(Rule("/rooms/{id}/messages?since={t}", "messages"), Rule("/other", "other"));
        rules.Match("GET", "/rooms/7/messages", "?since=1");
        rules.Match("GET", "/rooms/%37//messages", "?since=1");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            rules.Match("GET", "/rooms/7/messages", "?since=1");
            rules.Match("GET", "/rooms/%37//messages", "?since=1");
            rules.Match("GET", "/none", "?since=1");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("$")]
    [InlineData("/{")]
    [InlineData("/}")]
    [InlineData("/{}")]
    [InlineData("/{a/b}")]
    [InlineData("/{a{b}}")]
    public void A_pattern_that_is_none_is_named(string pattern)
    {
        List<string> errors = [];

        Assert.Null(MappingRules.Compile([Rule(pattern), Rule("also wrong")], errors));

        Assert.Equal(2, errors.Count);
        Assert.Contains($"'GET {pattern}'", errors[0], StringComparison.Ordinal);
    }

    private static bool Matches(string pattern, string path, string query = "") =>
        !Compile(Rule(pattern)).Match("GET", path, query).IsNone;

    private static MappingRules Compile(params MappingRule[] rules)
    {
        List<string> errors = [];
        var compiled = MappingRules.Compile(rules, errors);
        Assert.Empty(errors);
        return compiled!;
    }

    private static MappingRule Rule(string pattern, string metric = "hits", int delta = 1, bool last = false, string method = "GET") =>
        new() { Method = method, Pattern = pattern, Metric = metric, Delta = delta, Last = last };
}
