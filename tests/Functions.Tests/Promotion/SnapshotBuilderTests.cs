using System.Text.Json;
using Serverless.Contracts;
using Serverless.Functions.Backends;
using Serverless.Functions.Http;
using Serverless.Functions.MappingRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Promotion;

namespace Serverless.Functions.Tests.Promotion;

public sealed class SnapshotBuilderTests
{
    [Fact]
    public void Everything_that_cannot_work_is_found_at_once()
    {
        var draft = Draft() with
        {
            Backends = [],
            Rules = [Rule("hits"), Rule("gone"), Rule("lost")],
            Chain = new([Policy("websocket", """{"x":1}"""), Policy("unheard"), Policy("unheard-too", enabled: false)]),
        };
        var errors = new Errors();

        SnapshotBuilder.Build(draft, errors);

        Assert.Equal(
            [
                "/backends no_backend",
                "/mapping_rules/1/metric unknown_metric",
                "/mapping_rules/2/metric unknown_metric",
                "/policies/0/configuration/x unknown_member",
                "/policies/1/name unknown_policy",
            ],
            errors.Found.Select(error => $"{error.At} {error.Code}"));
    }

    [Fact]
    public void A_snapshot_keeps_order_and_leaves_out_what_is_disabled()
    {
        var draft = Draft() with
        {
            Rules = [Rule("hits", "/b"), Rule("hits", "/a") with { Delta = 3, Last = true }],
            Chain = new([Policy("apicast"), Policy("websocket", enabled: false)]),
        };
        var errors = new Errors();

        var snapshot = SnapshotBuilder.Build(draft, errors);

        Assert.Empty(errors.Found);
        Assert.Equal([("/b", 1, false), ("/a", 3, true)], snapshot.MappingRules.Select(rule => (rule.Pattern, rule.Delta, rule.Last)));
        Assert.Equal(["apicast"], snapshot.PolicyChain.Select(policy => policy.Name));
        Assert.Equal(new BackendTls(), snapshot.Backends.Single().Tls);
    }

    [Fact]
    public void A_snapshot_holds_what_the_product_and_its_backends_say_of_credentials_refusals_and_addresses()
    {
        var draft = Draft() with
        {
            Product = new Product
            {
                SystemName = "p",
                Name = "P",
                Credentials = new() { Mode = CredentialMode.AppId },
                ErrorAnswers = new() { NoMatch = new() { Status = 404, Text = "t" } },
                SecretToken = "secret",
                HostRewrite = "h:1",
            },
            Backends =
            [
                new("/z", Backend("one") with { Endpoints = ["wss://h2", "wss://h3"], Tls = new() { ClientCertificate = "c" } }),
                new("/a", Backend("two")),
            ],
        };

        var snapshot = SnapshotBuilder.Build(draft, new());

        Assert.Equal(CredentialMode.AppId, snapshot.Credentials.Mode);
        Assert.Equal("t", snapshot.ErrorAnswers.NoMatch?.Text);
        Assert.Equal(("secret", "h:1"), (snapshot.SecretToken, snapshot.HostRewrite));
        Assert.Equal(["two", "one"], snapshot.Backends.Select(usage => usage.Backend));
        Assert.Equal([new Uri("wss://h2"), new Uri("wss://h3")], snapshot.Backends[1].Endpoints);
        Assert.Equal("c", snapshot.Backends[1].Tls.ClientCertificate);
        Assert.Empty(snapshot.Backends[0].Endpoints);
    }

    [Fact]
    public void The_same_content_has_the_same_mark_whatever_its_version()
    {
        var one = SnapshotBuilder.Build(Draft(), new());
        var other = SnapshotBuilder.Build(Draft(), new()) with { Version = 7 };
        var changed = SnapshotBuilder.Build(Draft() with { Rules = [Rule("hits", "/other")] }, new());

        Assert.Equal(FrozenSnapshot.Of(one).Mark, FrozenSnapshot.Of(other).Mark);
        Assert.NotEqual(FrozenSnapshot.Of(one).Mark, FrozenSnapshot.Of(changed).Mark);
    }

    private static ProductDraft Draft() => new(
        new Product { SystemName = "p", Name = "P", Credentials = new(), Generation = "g" },
        [new("/", Backend("b"))],
        [new Metric { SystemName = "hits", Name = "Hits", Unit = "hit" }],
        [Rule("hits")],
        new([Policy("websocket")]));

    private static Backend Backend(string name) => new() { SystemName = name, Name = "B", PrivateBaseUrl = "wss://h" };

    private static Rule Rule(string metric, string pattern = "/") => new()
    {
        Id = "r",
        Method = "GET",
        Pattern = pattern,
        Metric = metric,
        Delta = 1,
        Position = 1,
        Last = false,
    };

    private static PolicyEntry Policy(string name, string configuration = "{}", bool enabled = true) =>
        new(name, "builtin", JsonElement.Parse(configuration), enabled);
}
