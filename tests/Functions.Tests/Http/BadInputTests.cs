using System.Net.Http.Headers;
using System.Text;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Http;

/// <summary>What holds for the body of every resource: each kind of bad input is answered by name, and nothing is written.</summary>
public sealed class BadInputTests : IClassFixture<FunctionsApp>, IAsyncLifetime
{
    private readonly FunctionsApp _app;
    private readonly Dictionary<string, string> _rules = [];

    public BadInputTests(FunctionsApp app) => _app = app;

    /// <summary>Method, path, a body that is taken, and a path whose answer shows what is written.</summary>
    public static TheoryData<string, string, string, string> Resources => new()
    {
        { "POST", "/api/backends", """{"system_name":"new","name":"n","private_base_url":"http://h"}""", "/api/backends" },
        { "PUT", "/api/backends/b", """{"name":"n","private_base_url":"http://h"}""", "/api/backends/b" },
        { "POST", "/api/backends/b/metrics", """{"system_name":"new","name":"n","unit":"u"}""", "/api/backends/b/metrics" },
        { "PUT", "/api/backends/b/metrics/hits", """{"name":"n","unit":"u"}""", "/api/backends/b/metrics/hits" },
        { "POST", "/api/backends/b/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}""", "/api/backends/b/mapping-rules" },
        { "POST", "/api/products", """{"system_name":"new","name":"n"}""", "/api/products" },
        { "PUT", "/api/products/p", """{"name":"n"}""", "/api/products/p" },
        { "POST", "/api/products/p/backends", """{"backend":"other"}""", "/api/products/p/backends" },
        { "PUT", "/api/products/p/backends/b", """{"path":"/x"}""", "/api/products/p/backends/b" },
        { "POST", "/api/products/p/metrics", """{"system_name":"new","name":"n","unit":"u"}""", "/api/products/p/metrics" },
        { "PUT", "/api/products/p/metrics/hits", """{"name":"n","unit":"u"}""", "/api/products/p/metrics/hits" },
        { "POST", "/api/products/p/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}""", "/api/products/p/mapping-rules" },
        { "PUT", "/api/products/p/policies", """{"policies":[]}""", "/api/products/p/policies" },
        { "POST", "/api/accounts", """{"system_name":"new","name":"n"}""", "/api/accounts" },
        { "PUT", "/api/accounts/a", """{"name":"n"}""", "/api/accounts/a" },
        { "POST", "/api/products/p/plans", """{"system_name":"new","name":"n"}""", "/api/products/p/plans" },
        { "PUT", "/api/products/p/plans/basic", """{"name":"n"}""", "/api/products/p/plans/basic" },
        { "POST", "/api/products/p/plans/basic/limits", """{"value":1,"metric":"hits","period":"day"}""", "/api/products/p/plans/basic/limits" },
        { "PUT", "/api/products/p/plans/basic/limits/hits.week", """{"value":2,"period":"week"}""", "/api/products/p/plans/basic/limits/hits.week" },
        { "POST", "/api/accounts/a/applications", """{"product":"p","plan":"basic","name":"n"}""", "/api/accounts/a/applications" },
        { "PUT", "/api/applications/app", """{"plan":"basic","name":"n"}""", "/api/applications/app" },
        { "POST", "/api/applications/app/keys", """{"user_key":"0123456789abcdef"}""", "/api/applications/app/keys" },
        { "POST", "/api/relay/authorize", """{"product":"p","user_key":"0123456789abcdef"}""", "/api/applications/app" },
        { "POST", "/api/access-tokens", """{"name":"n","scopes":["read"]}""", "/api/access-tokens" },
        { "PUT", "/api/backends/b/mapping-rules/{backend-rule}", """{"method":"GET","pattern":"/","metric":"hits"}""", "/api/backends/b/mapping-rules" },
        { "PUT", "/api/products/p/mapping-rules/{rule}", """{"method":"GET","pattern":"/","metric":"hits"}""", "/api/products/p/mapping-rules" },
        { "POST", "/api/products/p/message-rules", """{"direction":"in","metric":"hits"}""", "/api/products/p/message-rules" },
        { "PUT", "/api/products/p/message-rules/{message-rule}", """{"direction":"out","metric":"hits"}""", "/api/products/p/message-rules" },
        { "POST", "/api/products/p/plans/basic/pricing-rules", """{"metric":"hits","min":10,"cost_per_unit":1}""", "/api/products/p/plans/basic/pricing-rules" },
        { "PUT", "/api/products/p/plans/basic/pricing-rules/hits.1", """{"max":9,"cost_per_unit":2}""", "/api/products/p/plans/basic/pricing-rules" },
        { "POST", "/api/policies", """{"name":"mine","summary":"n","builtin":"origin","configuration":{"allow":["https://h"]}}""", "/api/policies?limit=100" },
        { "PUT", "/api/policies/shared", """{"summary":"n","builtin":"origin","configuration":{"allow":["https://h"]}}""", "/api/policies/shared" },
        { "POST", "/api/applications:find", """{"product":"p","user_key":"0123456789abcdef"}""", "/api/applications/app" },
        { "POST", "/api/applications/app:change-plan", """{"plan":"other"}""", "/api/applications/app" },
        { "POST", "/api/applications/app/referrer-filters", """{"value":"*.example.com"}""", "/api/applications/app/referrer-filters" },
        { "POST", "/api/products/p/tickets", """{"user_key":"0123456789abcdef","path":"/"}""", "/api/applications/app" },
        { "POST", "/api/relay/usage", """{"relay":"r","sequence":1,"entries":[]}""", "/api/applications/app" },
        { "POST", "/api/relay/status", """{"relay":"r","open":[],"refused":[]}""", "/api/applications/app" },
        { "POST", "/api/products/p/configs/staging:promote", """{"close_connections":true}""", "/api/products/p/configs/staging/history" },
        { "POST", "/api/products/p/configs/production:promote", """{"version":2,"close_connections":true}""", "/api/products/p/configs/production/history" },
        { "POST", "/api/products/p/configs/staging:rollback", """{"version":1,"close_connections":true}""", "/api/products/p/configs/staging/history" },
        { "POST", "/api/products/p/configs/staging:pin", """{"version":1,"reason":"n"}""", "/api/products/p/configs/staging" },
        { "POST", "/api/products/p:close-connections", """{"environment":"staging"}""", "/api/relay/events" },
        { "POST", "/api/products/p:drain-connections", """{"environment":"staging"}""", "/api/relay/events" },
    };

    public async Task InitializeAsync()
    {
        // Once per test, on the class's app: what is there already stays as it is.
        await _app.Admin.SendAsync("POST", "/api/backends", """{"system_name":"b","name":"B","private_base_url":"http://b"}""");
        await _app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p","name":"P"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/backends", """{"backend":"b","path":"/b"}""");
        await _app.Admin.SendAsync("PUT", "/api/products/p/policies", """{"policies":[{"name":"websocket"},{"name":"apicast"}]}""", "*");
        await _app.Admin.SendAsync("POST", "/api/accounts", """{"system_name":"a","name":"A"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/plans", """{"system_name":"basic","name":"Basic"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/plans/basic/limits", """{"metric":"hits","period":"week","value":9}""");
        await _app.Admin.SendAsync("POST", "/api/accounts/a/applications", """{"id":"app","product":"p","plan":"basic","name":"A"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/plans", """{"system_name":"other","name":"Other"}""");
        await _app.Admin.SendAsync("POST", "/api/products/p/plans/basic/pricing-rules", """{"metric":"hits","min":1,"max":9,"cost_per_unit":1}""");
        await _app.Admin.SendAsync("POST", "/api/policies", """{"name":"shared","summary":"S","builtin":"origin","configuration":{"allow":["https://h"]}}""");
        await RuleAsync("{backend-rule}", "/api/backends/b/mapping-rules", """{"method":"GET","pattern":"/b","metric":"hits"}""");
        await RuleAsync("{rule}", "/api/products/p/mapping-rules", """{"method":"GET","pattern":"/b/p","metric":"hits"}""");
        await RuleAsync("{message-rule}", "/api/products/p/message-rules", """{"direction":"in","metric":"hits"}""");
        if ((await _app.Admin.DoAsync("GET", "/api/products/p/configs"))["items"]!.AsArray().Count == 0)
        {
            await _app.Admin.DoAsync("POST", "/api/products/p/configs/staging:promote");
            await _app.Admin.DoAsync("POST", "/api/products/p/configs/production:promote");
            await _app.Admin.DoAsync("POST", "/api/products/p/mapping-rules", """{"method":"GET","pattern":"/b/newer","metric":"hits"}""");
            await _app.Admin.DoAsync("POST", "/api/products/p/configs/staging:promote");
        }
    }

    // Named by its function: one is enough for the whole class.
    private async Task RuleAsync(string place, string list, string body)
    {
        if ((await _app.Admin.DoAsync("GET", list))["items"]!.AsArray() is not [{ } rule, ..])
        {
            rule = await _app.Admin.DoAsync("POST", list, body);
        }

        _rules[place] = (string)rule["id"]!;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Malformed_json_is_refused_with_its_place(string method, string path, string good, string shows)
    {
        path = Place(path);
        await UnchangedAsync(shows, async () =>
        {
            using var broken = await _app.Admin.SendAsync(method, path, good[..^1], "*");
            Assert.Contains("line 1, byte", (string?)(await broken.ProblemAsync(400, "malformed_json"))["detail"], StringComparison.Ordinal);
            if (!MayBeLeftOut(path))
            {
                using var empty = await _app.Admin.SendAsync(method, path, "", "*");
                await empty.ProblemAsync(400, "malformed_json");
            }

            using var two = await _app.Admin.SendAsync(method, path, good + good, "*");
            await two.ProblemAsync(400, "malformed_json");
            using var surrogate = await _app.Admin.SendAsync(method, path, """{"name":"\ud800"}""", "*");
            await surrogate.ProblemAsync(400, "malformed_json");
            using var deep = await _app.Admin.SendAsync(method, path, new string('[', 100) + new string(']', 100), "*");
            await deep.ProblemAsync(400, "malformed_json");
        });
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Bytes_that_are_not_utf8_are_refused(string method, string path, string good, string shows)
    {
        path = Place(path);
        await UnchangedAsync(shows, async () =>
        {
            var bytes = Encoding.Latin1.GetBytes(good[..^1] + ",\"\u00ff\":1}");
            using var response = await SendAsync(method, path, new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } });
            await response.ProblemAsync(400, "malformed_json");
        });
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Unknown_members_are_refused_by_name_all_at_once(string method, string path, string good, string shows)
    {
        path = Place(path);
        await UnchangedAsync(shows, async () =>
        {
            using var response = await _app.Admin.SendAsync(method, path, good[..^1] + ""","Name":1,"a~/b":{}}""", "*");
            var problem = await response.ProblemAsync(400, "unknown_member");
            Assert.Equal(["/Name unknown_member", "/a~0~1b unknown_member"], problem.Errors());
        });
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Duplicate_members_are_refused(string method, string path, string good, string shows)
    {
        path = Place(path);
        await UnchangedAsync(shows, async () =>
        {
            using var response = await _app.Admin.SendAsync(method, path, good[..^1] + "," + good[1..], "*");
            var problem = await response.ProblemAsync(400, "invalid");
            Assert.All(problem.Errors(), e => Assert.EndsWith(" duplicate_member", e, StringComparison.Ordinal));
            Assert.NotEmpty(problem.Errors());
        });
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Wrong_types_are_refused_each_by_its_member(string method, string path, string good, string shows)
    {
        path = Place(path);
        await UnchangedAsync(shows, async () =>
        {
            var members = System.Text.Json.Nodes.JsonNode.Parse(good)!.AsObject().Select(m => m.Key).ToList();
            var json = "{" + string.Join(',', members.Select(m => $"\"{m}\":{{\"x\":[true]}}")) + "}";
            using var response = await _app.Admin.SendAsync(method, path, json, "*");
            var problem = await response.ProblemAsync(400, "invalid");

            // A configuration may be any object, until it is known of what policy.
            Assert.Equal(members.Where(m => m != "configuration").Select(m => $"/{m} wrong_type"), problem.Errors());
            using var whole = await _app.Admin.SendAsync(method, path, $"[{good}]", "*");
            Assert.Equal([" wrong_type"], (await whole.ProblemAsync(400, "invalid")).Errors());
        });
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task A_body_over_one_mebibyte_is_refused(string method, string path, string good, string shows)
    {
        path = Place(path);
        await UnchangedAsync(shows, async () =>
        {
            var fits = good + new string(' ', (1024 * 1024) - good.Length + 1);
            using var told = await _app.Admin.SendAsync(method, path, fits, "*");
            await told.ProblemAsync(413, "body_too_large");

            // Chunked, so that the length is only known at the end.
            using var untold = await SendAsync(
                method,
                path,
                new StreamContent(new Unseekable(Encoding.UTF8.GetBytes(fits))) { Headers = { ContentType = new("application/json") } });
            await untold.ProblemAsync(413, "body_too_large");
        });
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Another_content_type_is_refused(string method, string path, string good, string shows)
    {
        path = Place(path);
        await UnchangedAsync(shows, async () =>
        {
            foreach (var type in new[] { null, "text/plain", "application/xml", "application/json; charset=latin1", "application/problem+json", "nonsense" })
            {
                var content = new ByteArrayContent(Encoding.UTF8.GetBytes(good));
                if (type is not null)
                {
                    content.Headers.TryAddWithoutValidation("Content-Type", type);
                }

                using var response = await SendAsync(method, path, content);
                await response.ProblemAsync(415, "unsupported_media_type");
            }
        });
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Names_that_are_too_long_or_hold_control_characters_are_refused(string method, string path, string good, string shows)
    {
        path = Place(path);
        if (!good.Contains("\"name\":\"n\"", StringComparison.Ordinal))
        {
            return;
        }

        await UnchangedAsync(shows, async () =>
        {
            foreach (var (value, code) in new[]
            {
                (new string('x', 256), "too_long"),
                ("a\\u0000b", "control_character"),
                ("a\\nb", "control_character"),
                ("a\\u0085b", "control_character"),
                ("", "empty"),
                ("  ", "empty"),
            })
            {
                var json = good.Replace("\"name\":\"n\"", $"\"name\":\"{value}\"", StringComparison.Ordinal);
                using var response = await _app.Admin.SendAsync(method, path, json, "*");
                Assert.Equal([$"/name {code}"], (await response.ProblemAsync(400, "invalid")).Errors());
            }
        });
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task What_is_there_already_and_what_is_missing_are_named(string method, string path, string good, string shows)
    {
        path = Place(path);
        if (method == "PUT")
        {
            var missing = path.Replace("/api/products/p", "/api/products/nowhere", StringComparison.Ordinal)
                .Replace("/api/backends/b", "/api/backends/nowhere", StringComparison.Ordinal)
                .Replace("/api/accounts/a", "/api/accounts/nowhere", StringComparison.Ordinal)
                .Replace("/api/policies/shared", "/api/policies/nowhere", StringComparison.Ordinal)
                .Replace("/api/applications/app", "/api/applications/nowhere", StringComparison.Ordinal);
            using var response = await _app.Admin.SendAsync(method, missing, good, "*");
            Assert.Contains("'nowhere'", (string?)(await response.ProblemAsync(404, "not_found"))["detail"], StringComparison.Ordinal);
        }
        else if (good.Contains("\"new\"", StringComparison.Ordinal))
        {
            // Whatever is in the list already.
            var existing = (string?)(await _app.Admin.DoAsync("GET", shows))["items"]![0]!["system_name"];
            await UnchangedAsync(shows, async () =>
            {
                using var response = await _app.Admin.SendAsync(method, path, good.Replace("\"new\"", $"\"{existing}\"", StringComparison.Ordinal));
                await response.ProblemAsync(409, "already_exists");
            });
        }
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("with space")]
    [InlineData("-edge")]
    [InlineData("edge_")]
    [InlineData("a/b")]
    [InlineData("ümlaut")]
    [InlineData("a\\n")]
    [InlineData("")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_system_name_that_is_no_slug_is_refused(string name)
    {
        foreach (var (path, rest) in new[]
        {
            ("/api/backends", ",\"private_base_url\":\"http://h\""),
            ("/api/products", ""),
            ("/api/products/p/metrics", ",\"unit\":\"u\""),
            ("/api/backends/b/metrics", ",\"unit\":\"u\""),
            ("/api/accounts", ""),
            ("/api/products/p/plans", ""),
        })
        {
            using var response = await _app.Admin.SendAsync("POST", path, $$"""{"system_name":"{{name}}","name":"n"{{rest}}}""");
            Assert.Equal(["/system_name invalid_slug"], (await response.ProblemAsync(400, "invalid")).Errors());
        }
    }

    [Fact]
    public async Task A_system_name_cannot_change()
    {
        foreach (var (path, rest) in new[]
        {
            ("/api/backends/b", ",\"private_base_url\":\"http://h\""),
            ("/api/products/p", ""),
            ("/api/products/p/metrics/hits", ",\"unit\":\"u\""),
            ("/api/backends/b/metrics/hits", ",\"unit\":\"u\""),
            ("/api/accounts/a", ""),
            ("/api/products/p/plans/basic", ""),
        })
        {
            using var response = await _app.Admin.SendAsync("PUT", path, $$"""{"system_name":"other","name":"n"{{rest}}}""", "*");
            Assert.Equal(["/system_name immutable"], (await response.ProblemAsync(400, "invalid")).Errors());
        }
    }

    private async Task UnchangedAsync(string path, Func<Task> act)
    {
        var before = await _app.Admin.GetStringAsync(path).Soon();

        await act();

        Assert.Equal(before, await _app.Admin.GetStringAsync(path).Soon());
    }

    // What is done all the same with no body at all.
    private static bool MayBeLeftOut(string path) =>
        path.Contains("/configs/", StringComparison.Ordinal) || path.EndsWith("-connections", StringComparison.Ordinal);

    private string Place(string path) => _rules.Aggregate(path, (filled, rule) => filled.Replace(rule.Key, rule.Value, StringComparison.Ordinal));

    private Task<HttpResponseMessage> SendAsync(string method, string path, HttpContent content)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        return _app.Admin.SendAsync(request).Soon();
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
