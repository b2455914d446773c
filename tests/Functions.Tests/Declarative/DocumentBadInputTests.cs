using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Functions.Declarative;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Declarative;

/// <summary>A document with anything wrong in it is refused with all of that, each with its place, before anything is written.</summary>
public sealed class DocumentBadInputTests : IClassFixture<FunctionsApp>, IAsyncLifetime
{
    private readonly FunctionsApp _app;
    private string _before = "";

    public DocumentBadInputTests(FunctionsApp app) => _app = app;

    public async Task InitializeAsync()
    {
        // Once per test, on the class's app: what is there already stays as it is.
        await _app.Admin.SendAsync("POST", "/api/backends", """{"system_name":"there","name":"B","private_base_url":"http://b"}""");
        await _app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p","name":"P"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/metrics", """{"system_name":"m","name":"M","unit":"u"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/backends", """{"backend":"there","path":"/there"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/plans", """{"system_name":"sold","name":"S"}""");
        await _app.Admin.SendAsync("POST", "/api/accounts", """{"system_name":"a","name":"A"}""");
        await _app.Admin.SendAsync("POST", "/api/accounts/a/applications", """{"id":"app","product":"p","plan":"sold","name":"A"}""");
        _before = await StateAsync();
    }

    // Whatever a test sent, everything is as it was.
    public async Task DisposeAsync() => Assert.Equal(_before, await StateAsync());

    [Fact]
    public async Task Every_kind_of_error_is_named_at_once_with_pointer_line_and_column()
    {
        const string Yaml = """
            more: 1
            product:
              system_name: P Q
              name: 12
              staging_public_base_url: ftp://x
              credentials:
                location: nowhere
              colour: red
              backends:
                - path: /a
                  backend: nowhere
                - path: /A
                  backend: {system_name: b, name: B, private_base_url: "http://b", tls: {insecure: true}}
                - path: /..
                  backend: there
                - {}
              metrics:
                - {system_name: m2, name: M}
                - {system_name: m2, name: M, unit: u}
              mapping_rules:
                - {method: FETCH, pattern: x, metric: gone, delta: 0, position: 3}
                - {method: GET, pattern: /, metric: gone}
                - {method: GET, pattern: /, metric: m2}
              policies:
                - {name: websocket, configuration: {x: 1}}
                - {name: websocket}
                - {name: unheard}
              plans:
                - system_name: basic
                  name: Basic
                  state: open
                  limits:
                    - {metric: gone, period: day, value: 1}
                    - {metric: m2, period: day, value: 1}
                    - {metric: m2, period: day, value: 2}
                    - {metric: m2, period: fortnight, value: -1}
                    - 7
            """;

        using var response = await _app.PostDocumentAsync("/api/documents:apply", Yaml);

        Assert.Equal(
            [
                "/more unknown_member 1:1",
                "/product/name wrong_type 4:3",
                "/product/credentials/location wrong_type 7:5",
                "/product/colour unknown_member 8:3",
                "/product/system_name invalid_slug 3:3",
                "/product/staging_public_base_url invalid_url 5:3",
                "/product/backends/0/backend unknown_backend 11:7",
                "/product/backends/1/backend/tls no_tls 13:72",
                "/product/backends/2/path invalid_path 14:7",
                "/product/backends/3/backend required 16:7",
                "/product/metrics/0/unit required 18:7",
                "/product/metrics/1/system_name duplicate 19:8",
                "/product/mapping_rules/0/position not_here 21:59",
                "/product/mapping_rules/0/method unknown_method 21:8",
                "/product/mapping_rules/0/pattern invalid_pattern 21:23",
                "/product/mapping_rules/0/delta too_small 21:49",
                "/product/mapping_rules/0/metric unknown_metric 21:35",
                "/product/mapping_rules/1/metric unknown_metric 22:33",
                "/product/policies/0/configuration/x unknown_member 25:41",
                "/product/policies/1/name duplicate 26:8",
                "/product/policies/2/name unknown_policy 27:8",
                "/product/plans/0/state unknown_state 31:7",
                "/product/plans/0/limits/0/metric unknown_metric 33:12",
                "/product/plans/0/limits/2/period duplicate 35:24",
                "/product/plans/0/limits/3/period unknown_period 36:24",
                "/product/plans/0/limits/3/value out_of_range 36:43",
                "/product/plans/0/limits/4 wrong_type 37:11",
            ],
            (await response.ProblemAsync(400, "invalid")).PlacedErrors());
    }

    [Theory]
    [InlineData("a: &x 1\nproduct: *x\n", "/a anchor 1:1;/product alias 2:1")]
    [InlineData("product:\n  <<: {name: n}\n", "/product/<< merge_key 2:3")]
    [InlineData("product: !!map {}\n", "/product tag 1:1")]
    [InlineData("product:\n  name: a\n  name: b\n", "/product/name duplicate_member 2:3")]
    [InlineData("# nothing\n", " empty :")]
    [InlineData("- product\n", " wrong_type 1:1")]
    [InlineData("product: [1]\n", "/product wrong_type 1:1")]
    [InlineData("{}", "/product required 1:1")]
    [InlineData("product: {}", "/product/system_name required 1:1")]
    [InlineData("product: {system_name: p, metrics: {}}", "/product/metrics wrong_type 1:27")]
    [InlineData("product: {system_name: p, policies: }", "/product/policies required 1:27")]
    [InlineData("product: {system_name: p, backends: [{path: /, backend: 1}]}", "/product/backends/0/backend wrong_type 1:48")]
    [InlineData("product: {system_name: p, name: null}", "/product/name required 1:27")]
    [InlineData("product: {system_name: p, backends: [{path: /THERE, backend: {system_name: new, name: n, private_base_url: 'http://h'}}]}", "/product/backends/0/path path_taken 1:39")]
    [InlineData("product: {system_name: staging, name: n}", "/product/system_name reserved 1:11")]
    public async Task What_is_refused_is_placed(string yaml, string expected)
    {
        using var response = await _app.PostDocumentAsync("/api/documents:apply", yaml);

        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync().Soon())!;
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Superset(expected.Split(';').ToHashSet(), problem.PlacedErrors().ToHashSet());
    }

    [Fact]
    public async Task A_metric_of_the_product_may_be_named_without_being_mentioned_unless_it_would_be_pruned()
    {
        const string Yaml = "product: {system_name: p, name: P, mapping_rules: [{method: GET, pattern: /, metric: m}], plans: [{system_name: sold, name: S}]}";

        using var pruned = await _app.PostDocumentAsync("/api/documents:apply?dry_run=true&prune=true", Yaml);
        Assert.Equal(["/product/mapping_rules/0/metric unknown_metric"], (await pruned.ProblemAsync(400, "invalid")).Errors());

        Assert.Equal(["create products/p/mapping-rules"], (await _app.ApplyAsync(Yaml, "?dry_run=true")).Changes());
    }

    [Fact]
    public async Task A_plan_with_applications_is_not_pruned()
    {
        using var response = await _app.PostDocumentAsync("/api/documents:apply?prune=true", "product: {system_name: p, name: other}");

        var problem = await response.ProblemAsync(400, "invalid");
        Assert.Equal(["/product/plans in_use"], problem.Errors());
        Assert.Contains("'sold'", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_elsewhere_and_what_is_needed_is_named_with_all_else_that_is_wrong()
    {
        using var response = await _app.PostDocumentAsync(
            "/api/documents:apply?prune=true",
            """
            product:
              system_name: p
              name: P
              mapping_rules: [{method: GET, pattern: /, metric: gone}]
              policies:
                - {name: nowhere, version: custom}
                - {name: default_credentials, configuration: {auth_type: user_key}}
                - {name: unheard}
              plans: [{system_name: other, name: O, state: open}]
            """);

        Assert.Equal(
            [
                "/product/mapping_rules/0/metric unknown_metric",
                "/product/policies/2/name unknown_policy",
                "/product/plans/0/state unknown_state",
                "/product/policies/0/name unknown_policy",
                "/product/policies/1/configuration/user_key required",
                "/product/plans in_use",
            ],
            (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task Lists_that_are_far_too_long_are_refused_by_their_number()
    {
        static string Many(string item) => string.Join(",", Enumerable.Repeat(item, 4_000));

        using var response = await _app.PostDocumentAsync(
            "/api/documents:apply",
            $"""
            product:
              system_name: p
              policies: [{Many("{name: x}")}]
              plans:
                - system_name: sold
                  name: S
                  limits: [{Many("{metric: m, period: day, value: 1}")}]
                  pricing_rules: [{Many("{metric: m, min: 1, cost_per_unit: 1}")}]
            """);
        using var backends = await _app.PostDocumentAsync(
            "/api/documents:apply",
            "product: {system_name: p, backends: [" + string.Join(", ", Enumerable.Range(0, 501).Select(i => $"{{backend: b{i}}}")) + "]}");

        Assert.Equal(
            ["/product/policies too_many", "/product/plans/0/limits too_many_limits", "/product/plans/0/pricing_rules too_many_pricing_rules"],
            (await response.ProblemAsync(400, "invalid")).Errors());
        Assert.Equal(["/product/backends too_many"], (await backends.ProblemAsync(400, "invalid")).Errors());
    }

    [Theory]
    [InlineData("product: [1,\n", "malformed_yaml", 2, 1)]
    [InlineData("product: {}\n---\nproduct: {}\n", "malformed_yaml", 2, 1)]
    [InlineData("product:\n  name: a: b\n", "malformed_yaml", 2, 10)]
    public async Task What_is_no_yaml_is_refused_with_line_and_column(string yaml, string code, int line, int column)
    {
        using var response = await _app.PostDocumentAsync("/api/documents:apply", yaml);

        var problem = await response.ProblemAsync(400, code);
        Assert.Equal([$" {code} {line}:{column}"], problem.PlacedErrors());
        Assert.Contains($"line {line}, column {column}", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_goes_by_the_same_road()
    {
        using var response = await _app.PostDocumentAsync(
            "/api/documents:apply",
            "{\"product\": {\n  \"system_name\": \"p\",\n  \"colour\": 1, \"name\": \"a\",\n  \"name\": \"b\"}}",
            "application/json; charset=utf-8");
        Assert.Equal(
            ["/product/name duplicate_member 3:16", "/product/colour unknown_member 3:3"],
            (await response.ProblemAsync(400, "invalid")).PlacedErrors());

        using var broken = await _app.PostDocumentAsync("/api/documents:apply", "{\"product\": {\n\"", "application/json");
        Assert.Equal(2, (int?)(await broken.ProblemAsync(400, "malformed_json"))["errors"]![0]!["line"]);
    }

    [Fact]
    public async Task Two_megabytes_are_the_most_and_bombs_do_not_go_off()
    {
        using var large = await _app.PostDocumentAsync("/api/documents:apply", new string(' ', SourceDocument.MaxBytes + 1));
        await large.ProblemAsync(413, "body_too_large");

        // Just the size, and valid: a comment may be as long as one likes.
        const string Good = "product: {system_name: p}\n#";
        Assert.Equal(0, (int)(await _app.ApplyAsync(Good + new string('x', SourceDocument.MaxBytes - Good.Length)))["changed"]!);

        var laughs = new StringBuilder("a0: &a0 [lol, lol]\n");
        for (var i = 1; i < 30; i++)
        {
            laughs.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        using var bomb = await _app.PostDocumentAsync("/api/documents:apply", laughs.ToString());
        Assert.Contains("/a0 anchor", (await bomb.ProblemAsync(400, "invalid")).Errors());
        foreach (var deep in new[] { new string('[', 2_000_000), string.Concat(Enumerable.Repeat("- ", 1_000_000)), string.Concat(Enumerable.Repeat("{a: ", 500_000)) })
        {
            using var refused = await _app.PostDocumentAsync("/api/documents:apply", deep);
            await refused.ProblemAsync(400, "malformed_yaml");
        }

        using var wide = await _app.PostDocumentAsync("/api/documents:apply", string.Concat(Enumerable.Repeat("- a\n", 100_000)));
        await wide.ProblemAsync(400, "malformed_yaml");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/yaml; charset=latin1")]
    [InlineData("application/xml")]
    [InlineData("nonsense")]
    public async Task Another_content_type_is_refused(string? type)
    {
        var content = new ByteArrayContent("product: {}"u8.ToArray());
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await _app.Admin.PostAsync("/api/documents:apply", content).Soon();

        await response.ProblemAsync(415, "unsupported_media_type");
    }

    [Fact]
    public async Task What_is_not_utf8_and_flags_that_are_none_are_refused()
    {
        var content = new ByteArrayContent([0x61, 0x3a, 0x20, 0xff]) { Headers = { ContentType = new MediaTypeHeaderValue("text/yaml") } };
        using var latin = await _app.Admin.PostAsync("/api/documents:apply", content).Soon();
        await latin.ProblemAsync(400, "malformed_yaml");

        using var flag = await _app.PostDocumentAsync("/api/documents:apply?dry_run=yes", "product: {system_name: p}");
        await flag.ProblemAsync(400, "invalid_dry_run");
        using var other = await _app.PostDocumentAsync("/api/documents:apply?prune=1", "product: {system_name: p}");
        await other.ProblemAsync(400, "invalid_prune");
    }

    private async Task<string> StateAsync() =>
        await _app.ExportAsync("p")
        + await _app.Admin.GetStringAsync("/api/products").Soon()
        + await _app.Admin.GetStringAsync("/api/backends").Soon();
}
