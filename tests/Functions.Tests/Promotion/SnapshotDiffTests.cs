using System.Text.Json;
using Serverless.Contracts;
using Serverless.Functions.Promotion;

namespace Serverless.Functions.Tests.Promotion;

public sealed class SnapshotDiffTests
{
    private static readonly ProductSnapshot One = new()
    {
        Product = "p",
        Version = 1,
        Credentials = new(),
        Backends = [Usage("a", "/a"), Usage("b", "/b")],
        MappingRules = [Rule("/1"), Rule("/2"), Rule("/3"), Rule("/4")],
        PolicyChain = [Policy("origin", """{"allow":["https://a"]}"""), Policy("websocket")],
    };

    [Fact]
    public void The_same_content_under_another_version_is_no_change() =>
        Assert.Empty(Changes(One, One with { Version = 2 }));

    [Fact]
    public void Backends_and_policies_are_called_by_their_names() => Assert.Equal(
        [
            "Replace /backends/a/path /a /c",
            "Remove /backends/b",
            "Add /backends/c",
            "Replace /policy_chain/origin/configuration/allow",
        ],
        Changes(One, One with
        {
            Backends = [Usage("a", "/c"), Usage("c", "/b")],
            PolicyChain = [Policy("origin", """{"allow":["https://b"]}"""), Policy("websocket")],
        }));

    [Fact]
    public void Policies_that_change_places_are_seen() => Assert.Equal(
        ["Replace /policy_chain"],
        Changes(One, One with { PolicyChain = [.. One.PolicyChain.Reverse()] }));

    [Theory]
    [InlineData("/0 /1 /2 /3 /4", "Add /mapping_rules/0")]
    [InlineData("/1 /3 /4", "Remove /mapping_rules/1")]
    [InlineData("/1 /x /3 /4", "Replace /mapping_rules/1")]
    [InlineData("/2 /3 /1 /4", "Remove /mapping_rules/0", "Add /mapping_rules/2")]
    [InlineData("", "Remove /mapping_rules/0", "Remove /mapping_rules/1", "Remove /mapping_rules/2", "Remove /mapping_rules/3")]
    public void Rules_that_stay_are_not_named(string patterns, params string[] changes) => Assert.Equal(
        changes,
        Changes(One, One with { MappingRules = [.. patterns.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Rule)] }));

    [Fact]
    public void Ten_thousand_rules_are_compared_without_delay()
    {
        string[] before = [.. Enumerable.Range(0, 10_000).Select(i => $"{i}")];
        string[] after = [.. Enumerable.Range(1, 10_000).Select(i => $"{i * 2}")];

        var steps = ListSteps.Between(before, after);

        Assert.Equal((10_000, 10_000), (steps.Count(step => step.Removed is not null), steps.Count(step => step.Added is not null)));
    }

    [Fact]
    public void Of_a_first_version_everything_is_new() => Assert.Equal(
        ["Add /credentials", "Add /close_refusals", "Add /error_answers", "Add /backends", "Add /mapping_rules", "Add /message_rules", "Add /policy_chain"],
        Changes(null, One));

    [Fact]
    public void Secrets_are_compared_and_not_shown()
    {
        var before = One with { SecretToken = "first-token", PolicyChain = [Guests("first-key")] };
        var after = One with { SecretToken = "second-token", PolicyChain = [Guests("second-key")] };

        var changes = SnapshotDiff.Compare(before, after);

        Assert.Equal(
            ["/secret_token", "/policy_chain/default_credentials/configuration/user_key"],
            changes.Select(change => change.Path));
        var texts = changes.Concat(SnapshotDiff.Compare(null, after)).Select(change => $"{change.Before?.ToJsonString()}{change.After?.ToJsonString()}");
        Assert.All(texts, text => Assert.DoesNotMatch("(first|second)-(token|key)", text));
        Assert.DoesNotMatch("(first|second)-(token|key)", ShownSnapshot.Of(after).ToJsonString());
        Assert.True((bool)ShownSnapshot.Of(after)["secret_token_set"]!);
        Assert.False((bool)ShownSnapshot.Of(One)["secret_token_set"]!);
    }

    private static IEnumerable<string> Changes(ProductSnapshot? before, ProductSnapshot after) =>
        SnapshotDiff.Compare(before, after).Select(change => change is { Before: { } old, After: { } now } && old.GetValueKind() == JsonValueKind.String
            ? $"{change.Op} {change.Path} {old} {now}"
            : $"{change.Op} {change.Path}");

    private static BackendUsage Usage(string name, string path) => new() { Backend = name, Path = path, PrivateBaseUrl = new("https://h") };

    private static MappingRule Rule(string pattern) => new() { Method = "GET", Pattern = pattern, Metric = "hits" };

    private static ChainedPolicy Guests(string key) =>
        Policy("default_credentials", $$"""{"auth_type":"user_key","user_key":"{{key}}"}""");

    private static ChainedPolicy Policy(string name, string configuration = "{}") =>
        new() { Name = name, Configuration = JsonElement.Parse(configuration) };
}
