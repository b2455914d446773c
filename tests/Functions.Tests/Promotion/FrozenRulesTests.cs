using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.MappingRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Promotion;

namespace Serverless.Functions.Tests.Promotion;

/// <summary>How the rules of backends become those of a product.</summary>
public sealed class FrozenRulesTests
{
    [Theory]
    [InlineData("/", "/", "/")]
    [InlineData("/", "//v1", "//v1")]
    [InlineData("/", "/$", "/$")]
    [InlineData("/a", "/", "/a")]
    [InlineData("/a", "/$", "/a$")]
    [InlineData("/a", "/?k=v", "/a?k=v")]
    [InlineData("/a", "/$?k={v}", "/a$?k={v}")]
    [InlineData("/a", "/v1", "/a/v1")]
    [InlineData("/a/b", "/v1/{id}$", "/a/b/v1/{id}$")]
    [InlineData("/a", "/v1/", "/a/v1/")]
    [InlineData("/a", "//v1///v2//", "/a/v1/v2/")]
    [InlineData("/a", "/v1?u=http://x", "/a/v1?u=http://x")]
    [InlineData("/a$", "/", "/a$/")]
    [InlineData("/a$", "/$", "/a$/$")]
    [InlineData("/a$", "/v1", "/a$/v1")]
    public void A_pattern_has_the_path_before_it(string path, string pattern, string mounted) =>
        Assert.Equal(mounted, FrozenRules.Mount(path, pattern));

    [Fact]
    public void The_products_rules_come_first_then_each_backends_by_path()
    {
        var draft = Draft() with
        {
            Rules = [Rule("/own", "hits")],
            Backends =
            [
                Backend("one", "/z", Rule("/1", "hits") with { Delta = 3, Last = true }, Rule("/2", "reads")),
                Backend("two", "/y", Rule("/", "hits")),
            ],
        };
        var errors = new Errors();

        var rules = SnapshotBuilder.Build(draft, errors).MappingRules;

        Assert.Empty(errors.Found);
        Assert.Equal(
            ["/own hits 1 False ", "/y hits.two 1 False two", "/z/1 hits.one 3 True one", "/z/2 reads.one 1 False one"],
            rules.Select(r => $"{r.Pattern} {r.Metric} {r.Delta} {r.Last} {r.Backend}"));
    }

    [Fact]
    public void A_backends_rules_are_enough_for_a_product()
    {
        var errors = new Errors();

        SnapshotBuilder.Build(Draft() with { Backends = [Backend("one", "/", Rule("/", "hits"))] }, errors);

        Assert.Empty(errors.Found);
    }

    [Fact]
    public void A_pattern_that_becomes_too_long_and_metrics_that_are_not_there_are_found_by_their_place()
    {
        var draft = Draft() with
        {
            Rules = [Rule("/own", "hits"), Rule("/own", "reads")],
            Backends =
            [
                Backend("one", "/path", Rule("/" + new string('a', 249), "hits"), Rule("/" + new string('a', 250), "bytes")),
            ],
        };
        var errors = new Errors();

        SnapshotBuilder.Build(draft, errors);

        Assert.Equal(
            ["/mapping_rules/1/metric unknown_metric", "/mapping_rules/3/metric unknown_metric", "/mapping_rules/3/pattern too_long"],
            errors.Found.Select(error => $"{error.At} {error.Code}"));
    }

    private static ProductDraft Draft() => new(
        new Product { SystemName = "p", Name = "P", Credentials = new(), Generation = "g" },
        [],
        [Metric("hits")],
        [],
        new([]));

    private static MountedBackend Backend(string name, string path, params Rule[] rules) =>
        new(path, new Backend { SystemName = name, Name = name, PrivateBaseUrl = "wss://h" })
        {
            Metrics = [Metric("hits"), Metric("reads")],
            Rules = rules,
        };

    private static Metric Metric(string name) => new() { SystemName = name, Name = name, Unit = "u" };

    private static Rule Rule(string pattern, string metric) => new()
    {
        Id = "r",
        Method = "GET",
        Pattern = pattern,
        Metric = metric,
        Delta = 1,
        Position = 1,
        Last = false,
    };
}
