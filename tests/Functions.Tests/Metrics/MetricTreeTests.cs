using Serverless.Functions.Metrics;

namespace Serverless.Functions.Tests.Metrics;

public sealed class MetricTreeTests
{
    private static readonly MetricTree Tree = new(
    [
        Metric("hits"),
        Metric("joins", "hits"),
        Metric("bytes"),
        .. new[] { Metric("hits"), Metric("reads", "hits"), Metric("frames") }.Select(m => BackendMetric.InProduct(m, "b")),
    ]);

    [Theory]
    [InlineData("hits", "")]
    [InlineData("joins", "hits")]
    [InlineData("bytes", "")]
    [InlineData("hits.b", "hits")]
    [InlineData("reads.b", "hits.b,hits")]
    [InlineData("frames.b", "")]
    [InlineData("unheard", "")]
    public void What_counts_along_is_named_the_nearest_first(string metric, string ancestors) =>
        Assert.Equal(ancestors, string.Join(',', Tree.AncestorsOf(metric)));

    [Fact]
    public void Usage_is_added_to_everything_above_it()
    {
        var counted = Tree.RollUp(new Dictionary<string, long> { ["reads.b"] = 2, ["joins"] = 3, ["hits"] = 10, ["bytes"] = 5, ["x"] = 1 });

        Assert.Equal(
            ["bytes 5", "hits 15", "hits.b 2", "joins 3", "reads.b 2", "x 1"],
            counted.Select(c => $"{c.Key} {c.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Usage_beyond_what_can_be_counted_stays_the_most_that_can()
    {
        var counted = Tree.RollUp(new Dictionary<string, long> { ["joins"] = long.MaxValue, ["reads.b"] = long.MaxValue });

        Assert.Equal(long.MaxValue, counted["hits"]);
    }

    [Fact]
    public void A_parent_that_is_not_there_counts_nothing()
    {
        var tree = new MetricTree([Metric("lost", "gone")]);

        Assert.Empty(tree.AncestorsOf("lost"));
        Assert.True(tree.Has("lost"));
        Assert.False(tree.Has("gone"));
    }

    [Theory]
    [InlineData("hits", null, null)]
    [InlineData("hits.my-server", "hits", "my-server")]
    public void The_name_of_a_backends_metric_comes_apart(string name, string? metric, string? backend) =>
        Assert.Equal((metric, backend), BackendMetric.Split(name) is var (m, b) ? (m, b) : (null, null));

    private static Metric Metric(string name, string? parent = null) =>
        new() { SystemName = name, Name = name, Unit = "u", Parent = parent };
}
