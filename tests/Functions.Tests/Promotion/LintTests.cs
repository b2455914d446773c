using System.Text.Json;
using Serverless.Contracts;
using Serverless.Functions.Backends;
using Serverless.Functions.MappingRules;
using Serverless.Functions.Metrics;
using Serverless.Functions.Plans;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Promotion;

namespace Serverless.Functions.Tests.Promotion;

public sealed class LintTests
{
    private static readonly ProductDraft Sound = new(
        new Product { SystemName = "p", Name = "P", Credentials = new(), Generation = "g" },
        [Mount("/", "wss://h")],
        [Metric("hits")],
        [Rule("/")],
        new([Policy("websocket")]));

    [Fact]
    public void Of_a_draft_that_works_nothing_is_said() => Assert.Empty(Findings(Sound));

    [Theory]
    [InlineData("wss://h", "[]", "warning /policies websocket_policy_missing")]
    [InlineData("https://h", "[]")]
    [InlineData("https://h", """[{"name":"maintenance_mode"},{"name":"websocket"}]""", "error /policies/1 never_reached", "warning /policies/0 always_refuses")]
    [InlineData("https://h", """[{"name":"websocket"},{"name":"maintenance_mode"}]""", "warning /policies/1 always_refuses")]
    [InlineData("https://h", """[{"name":"ip_check","configuration":{"check_type":"whitelist","ips":["224.0.0.1","0.0.0.0","ff02::1"]}}]""", "error /policies/0/configuration/ips no_client_passes")]
    [InlineData("https://h", """[{"name":"ip_check","configuration":{"check_type":"blacklist","ips":["0.0.0.0/0","::/0"]}}]""", "error /policies/0/configuration/ips no_client_passes")]
    [InlineData("https://h", """[{"name":"ip_check","configuration":{"check_type":"whitelist","ips":["::/0","0.0.0.0/0","10.0.0.1"]}}]""", "error /policies/0/configuration/ips ineffective")]
    [InlineData("https://h", """[{"name":"ip_check","configuration":{"check_type":"blacklist","ips":["0.0.0.0/1"]}}]""")]
    [InlineData("https://h", """[{"name":"ip_check","configuration":{"check_type":"whitelist","ips":["x"]}}]""", "error /policies/0/configuration/ips/0 invalid_format")]
    [InlineData("https://h", """[{"name":"default_credentials","configuration":{"auth_type":"app_id_and_app_key","app_id":"a","app_key":"k"}}]""", "error /policies/0/configuration/auth_type contradicts_credentials")]
    [InlineData("https://h", """[{"name":"default_credentials","configuration":{"auth_type":"user_key"}}]""", "error /policies/0/configuration/user_key required")]
    [InlineData("https://h", """[{"name":"apicast"},{"name":"default_credentials","configuration":{"auth_type":"user_key","user_key":"k"}}]""", "error /policies/1 wrong_order")]
    [InlineData("https://h", """[{"name":"websocket_rate"},{"name":"websocket_lifetime","configuration":{"dry_run":true}}]""", "error /policies/0/configuration ineffective", "error /policies/1/configuration ineffective")]
    [InlineData("https://h", """[{"name":"headers","configuration":{"request":[]}},{"name":"upstream_connection"}]""", "error /policies/0/configuration ineffective", "error /policies/1/configuration ineffective")]
    [InlineData("https://h", """[{"name":"mine","version":"custom"}]""", "error /policies/0/name unknown_policy")]
    public void A_chain_that_does_less_than_it_seems_is_named(string backend, string chain, params string[] findings)
    {
        var entries = JsonDocument.Parse(chain).RootElement.EnumerateArray().Select(entry => Policy(
            entry.GetProperty("name").GetString()!,
            entry.TryGetProperty("configuration", out var configuration) ? configuration.GetRawText() : "{}",
            entry.TryGetProperty("version", out var version) ? version.GetString()! : "builtin"));

        Assert.Equal(findings, Findings(Sound with { Backends = [Mount("/", backend)], Chain = new([.. entries]) }));
    }

    [Theory]
    [InlineData("GET /a!", "GET /a", "warning /mapping_rules/1 never_matches")]
    [InlineData("GET /a!", "GET /ab?x=1", "warning /mapping_rules/1 never_matches")]
    [InlineData("ANY /!", "POST /{x}$", "warning /mapping_rules/1 never_matches")]
    [InlineData("GET /a/{x}!", "GET /a/{x}/b", "warning /mapping_rules/1 never_matches")]
    [InlineData("GET /a$!", "GET /a$", "warning /mapping_rules/1 never_matches")]
    [InlineData("GET /a$!", "GET /a")]
    [InlineData("GET /a?x=1!", "GET /a")]
    [InlineData("GET /a!", "POST /a")]
    [InlineData("GET /ab!", "GET /a")]
    [InlineData("GET /a/{x}!", "GET /a/{y}")]
    [InlineData("GET /a", "GET /a")]
    public void A_rule_that_the_last_one_before_it_hides_is_named(string first, string second, params string[] findings) =>
        Assert.Equal(findings, Findings(Sound with { Backends = [Mount("/", "https://h")], Rules = [Rule(first), Rule(second)] }));

    [Theory]
    [InlineData("/app", "GET /app")]
    [InlineData("/app", "GET /")]
    [InlineData("/app", "GET /app/x$")]
    [InlineData("/app", "GET /{x}")]
    [InlineData("/app", "GET /a$", "warning /mapping_rules/0 not_routed")]
    [InlineData("/app", "GET /apple", "warning /mapping_rules/0 not_routed")]
    [InlineData("/app", "GET /other/{x}", "warning /mapping_rules/0 not_routed")]
    public void A_rule_where_no_backend_is_mounted_is_named(string path, string rule, params string[] findings) =>
        Assert.Equal(findings, Findings(Sound with { Backends = [Mount(path, "https://h")], Rules = [Rule(rule)] }));

    [Fact]
    public void A_backends_rule_whose_requests_go_to_another_backend_is_named()
    {
        var snapshot = SnapshotBuilder.Build(Sound, new()) with
        {
            Backends = [Usage("one", "/"), Usage("two", "/app")],
            MappingRules =
            [
                new() { Method = "GET", Pattern = "/app/x", Metric = "hits.one", Backend = "one" },
                new() { Method = "GET", Pattern = "/", Metric = "hits.one", Backend = "one" },
                new() { Method = "GET", Pattern = "/app/x", Metric = "hits.two", Backend = "two" },
            ],
        };

        Assert.Equal(["/mapping_rules/0 never_matches"], RuleLint.Check(snapshot).Select(f => $"{f.Pointer} {f.Code}"));
    }

    [Fact]
    public void Metrics_that_nobody_counts_and_limits_on_them_are_named()
    {
        var draft = Sound with
        {
            Metrics = [Metric("hits"), Metric("lost")],
            Limits = [("basic", new("hits", LimitPeriod.Hour, 5)), ("basic", new("lost", LimitPeriod.Day, 5))],
        };

        Assert.Equal(
            ["warning /metrics/lost metric_never_counted", "warning /plans/basic/limits/lost.day limit_without_rule"],
            Findings(draft));
    }

    [Fact]
    public void Metrics_of_backends_and_what_rolls_up_count_too()
    {
        var chat = new MountedBackend("/", new Backend { SystemName = "chat", Name = "C", PrivateBaseUrl = "wss://h" })
        {
            Metrics = [Metric("hits"), Metric("lost"), Metric("said") with { Parent = "hits" }],
            Rules = [Rule("GET /") with { Metric = "said" }],
        };
        var draft = Sound with
        {
            Backends = [chat],
            Rules = [],
            Limits = [("basic", new("hits", LimitPeriod.Hour, 5)), ("basic", new("said.chat", LimitPeriod.Hour, 5))],
        };

        Assert.Equal(["warning /metrics/lost.chat metric_never_counted"], Findings(draft));
    }

    [Fact]
    public void A_product_that_cannot_be_told_apart_or_whose_tokens_nobody_issues_is_refused()
    {
        var draft = Sound with
        {
            Product = Sound.Product with
            {
                StagingPublicBaseUrl = "https://api.example.com/v1/",
                ProductionPublicBaseUrl = "http://API.example.com/v1",
                Credentials = new() { Mode = CredentialMode.Oidc },
            },
        };

        Assert.Equal(
            ["error /credentials/oidc oidc_issuer_missing", "error /production_public_base_url public_base_urls_equal"],
            Findings(draft));
    }

    [Fact]
    public void A_method_that_no_handshake_has_is_named() => Assert.Equal(
        ["warning /mapping_rules/0/method not_for_websockets"],
        Findings(Sound with { Rules = [Rule("POST /"), Rule("ANY /")] }));

    [Fact]
    public void Every_finding_has_a_sentence() => Assert.All(
        CheckedDraft.Of(Sound with { Chain = new([Policy("maintenance_mode"), Policy("headers")]) }).Findings,
        finding => Assert.Matches(@"^[A-Z'].+\.$", finding.Message));

    private static IEnumerable<string> Findings(ProductDraft draft) => CheckedDraft.Of(draft).Findings
        .Select(finding => $"{(finding.Level == FindingLevel.Error ? "error" : "warning")} {finding.Pointer} {finding.Code}");

    private static MountedBackend Mount(string path, string url) =>
        new(path, new Backend { SystemName = "b", Name = "B", PrivateBaseUrl = url });

    private static BackendUsage Usage(string name, string path) =>
        new() { Backend = name, Path = path, PrivateBaseUrl = new("https://h") };

    private static Metric Metric(string name) => new() { SystemName = name, Name = name, Unit = "hit" };

    // "GET /a!": the mark at the end makes it the last one.
    private static Rule Rule(string text)
    {
        var parts = text.Contains(' ', StringComparison.Ordinal) ? text.Split(' ') : ["GET", text];
        return new()
        {
            Id = "r",
            Method = parts[0],
            Pattern = parts[1].TrimEnd('!'),
            Metric = "hits",
            Delta = 1,
            Position = 1,
            Last = parts[1].EndsWith('!'),
        };
    }

    private static PolicyEntry Policy(string name, string configuration = "{}", string version = "builtin") =>
        new(name, version, JsonElement.Parse(configuration), true);
}
