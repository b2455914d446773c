using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Storage;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Declarative;

/// <summary>A document makes what is into what it says, and nothing else.</summary>
public sealed class ApplyTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_document_makes_a_product_with_all_it_needs_and_making_it_again_changes_nothing()
    {
        var (product, backend) = Names();
        var yaml = Chat(product, backend);

        var first = await app.ApplyAsync(yaml);
        Assert.Equal(
            [
                $"create backends/{backend}",
                $"create backends/{backend}/metrics/joins",
                $"create backends/{backend}/mapping-rules",
                $"create products/{product}",
                $"update products/{product}/metrics/hits",
                $"create products/{product}/metrics/messages",
                $"create products/{product}/metrics/sends",
                $"create products/{product}/backends/{backend}",
                $"create products/{product}/mapping-rules",
                $"create products/{product}/mapping-rules",
                $"update products/{product}/policies",
                $"create products/{product}/plans/basic",
                $"create products/{product}/plans/basic/limits/hits.day",
                $"create products/{product}/plans/basic/limits/messages.minute",
                $"create products/{product}/plans/basic/limits/joins.{backend}.week",
                $"create products/{product}/plans/basic/pricing-rules/messages.1",
                $"create products/{product}/plans/basic/pricing-rules/messages.101",
                $"update products/{product}/plans/basic",
            ],
            first.Changes());
        Assert.Equal((18, false), ((int)first["changed"]!, (bool)first["dry_run"]!));
        var export = await app.ExportAsync(product);
        var tags = await TagsAsync(product, backend);

        foreach (var (again, flags) in new[] { (yaml, ""), (export, "?prune=true") })
        {
            var answer = await app.ApplyAsync(again, flags);
            Assert.Equal(0, (int)answer["changed"]!);
            Assert.Empty(answer.Changes());
        }

        Assert.Equal(tags, await TagsAsync(product, backend));
        Assert.Equal(export, await app.ExportAsync(product));
        Assert.Equal(1, (int)(await app.Admin.DoAsync("POST", $"/api/products/{product}/configs/staging:promote"))["version"]!);
    }

    [Fact]
    public async Task A_dry_run_answers_the_same_plan_and_writes_nothing()
    {
        var (product, backend) = Names();
        var yaml = Chat(product, backend);

        var dry = await app.ApplyAsync(yaml, "?dry_run=true");
        using var missing = await app.Admin.GetAsync($"/api/products/{product}").Soon();
        Assert.Equal(404, (int)missing.StatusCode);
        using var unmade = await app.Admin.GetAsync($"/api/backends/{backend}").Soon();
        Assert.Equal(404, (int)unmade.StatusCode);

        var wet = await app.ApplyAsync(yaml);
        Assert.True((bool)dry["dry_run"]!);
        Assert.True(JsonNode.DeepEquals(dry["changes"], wet["changes"]));

        // What is changed is shown before and after.
        var update = await app.ApplyAsync($"product: {{system_name: {product}, name: Talk}}", "?dry_run=true");
        var change = update["changes"]!.AsArray().Single(one => (string?)one!["action"] == "update")!;
        Assert.Equal(("Chat", "Talk"), ((string)change["before"]!["name"]!, (string)change["after"]!["name"]!));
        Assert.Equal("Chat", (string?)(await app.Admin.DoAsync("GET", $"/api/products/{product}"))["name"]);
    }

    [Fact]
    public async Task What_is_not_mentioned_is_kept_and_what_is_mentioned_as_null_goes()
    {
        var (product, backend) = Names();
        await app.ApplyAsync(Chat(product, backend));

        var answer = await app.ApplyAsync(
            $$"""
            product:
              system_name: {{product}}
              description: null
              credentials: {location: headers}
              backends:
                - backend:
                    system_name: {{backend}}
                    tls: {server_name: b.example, insecure: false}
              metrics:
                - {system_name: messages, unit: line}
              mapping_rules:
                - {method: GET, pattern: /v2, metric: messages}
              plans:
                - system_name: basic
                  limits:
                    - {metric: hits, period: day, value: 7}
            """);

        Assert.Equal(
            [
                $"update backends/{backend}",
                $"update products/{product}",
                $"update products/{product}/metrics/messages",
                $"create products/{product}/mapping-rules",
                $"update products/{product}/plans/basic/limits/hits.day",
            ],
            answer.Changes());
        var shown = await app.Admin.DoAsync("GET", $"/api/products/{product}");
        Assert.Equal("Chat", (string?)shown["name"]);
        Assert.Null(shown["description"]);
        Assert.Equal(("headers", "api_key"), ((string)shown["credentials"]!["location"]!, (string)shown["credentials"]!["user_key_name"]!));
        var itsBackend = await app.Admin.DoAsync("GET", $"/api/backends/{backend}");
        Assert.Equal("wss://localhost:8443/base", (string?)itsBackend["private_base_url"]);
        Assert.Equal("/rooms", (string?)(await app.Admin.DoAsync("GET", $"/api/products/{product}/backends/{backend}"))["path"]);
        var metric = await app.Admin.DoAsync("GET", $"/api/products/{product}/metrics/messages");
        Assert.Equal(("Messages", "line"), ((string)metric["name"]!, (string)metric["unit"]!));
        Assert.Equal(3, (await app.Admin.DoAsync("GET", $"/api/products/{product}/mapping-rules"))["items"]!.AsArray().Count);
        Assert.Equal(3, (await app.Admin.DoAsync("GET", $"/api/products/{product}/plans/basic/limits"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Pruning_deletes_what_is_not_mentioned_and_leaves_the_backends_of_others()
    {
        var (product, backend) = Names();
        await app.ApplyAsync(Chat(product, backend));

        var answer = await app.ApplyAsync(
            $$"""
            product:
              system_name: {{product}}
              name: Bare
              mapping_rules:
                - {method: GET, pattern: /, metric: hits}
            """,
            "?prune=true");

        Assert.Equal(
            [
                $"update products/{product}",
                $"delete products/{product}/plans/basic",
                $"delete products/{product}/mapping-rules/*",
                $"delete products/{product}/mapping-rules/*",
                $"delete products/{product}/backends/{backend}",
                $"create products/{product}/mapping-rules",
                $"update products/{product}/policies",
                $"delete products/{product}/metrics/messages",
                $"delete products/{product}/metrics/sends",
            ],
            answer.Changes().Select(change => System.Text.RegularExpressions.Regex.Replace(change, "[0-9a-f]{32}$", "*")));
        Assert.Equal("backends/" + backend, "backends/" + (await app.Admin.DoAsync("GET", $"/api/backends/{backend}"))["system_name"]);
        Assert.Empty((await app.Admin.DoAsync("GET", $"/api/products/{product}/backends"))["items"]!.AsArray());
        Assert.Equal("All requests", (string?)(await app.Admin.DoAsync("GET", $"/api/products/{product}/metrics/hits"))["name"]);
    }

    [Fact]
    public async Task Rules_apply_in_the_order_of_the_document_and_only_those_move_that_must()
    {
        var (product, _) = Names();
        await app.MakeProductAsync(product);
        await RulesAsync("/a", "/b", "/c");
        var kept = await ShownAsync();

        Assert.Equal(2, (await RulesAsync("/new", "/a", "/b", "/x", "/c")).Count(action => action == "create"));
        Assert.Equal(["/new", "/a", "/b", "/x", "/c"], (await ShownAsync()).Select(rule => (string)rule["pattern"]!));
        Assert.Empty(await RulesAsync("/new", "/a", "/b", "/x", "/c"));
        Assert.Equal(["update"], await RulesAsync("/a", "/b", "/x", "/c", "/new"));
        Assert.Equal(["/a", "/b", "/x", "/c", "/new"], (await ShownAsync()).Select(rule => (string)rule["pattern"]!));
        Assert.Superset(
            kept.Select(rule => (string)rule["id"]!).ToHashSet(),
            (await ShownAsync()).Select(rule => (string)rule["id"]!).ToHashSet());

        // The same rule twice is two rules.
        Assert.Single(await RulesAsync("/a", "/a", "/b", "/x", "/c", "/new"), "create");
        Assert.Empty(await RulesAsync("/a", "/a", "/b", "/x", "/c", "/new"));

        async Task<IEnumerable<string>> RulesAsync(params string[] patterns)
        {
            var rules = string.Join(',', patterns.Select(pattern => $"{{method: GET, pattern: {pattern}, metric: hits}}"));
            var answer = await app.ApplyAsync($"product: {{system_name: {product}, mapping_rules: [{rules}]}}");
            return answer.Changes().Select(change => change.Split(' ')[0]);
        }

        async Task<IReadOnlyList<JsonNode>> ShownAsync() =>
            [.. (await app.Admin.DoAsync("GET", $"/api/products/{product}/mapping-rules"))["items"]!.AsArray().Select(rule => rule!)];
    }

    [Fact]
    public async Task Backends_may_change_places()
    {
        var (product, backend) = Names();
        await app.ApplyAsync(Uses("/x", "/y", "/z"));

        await app.ApplyAsync(Uses("/y", "/z", "/x"));
        Assert.Equal(["/y", "/z", "/x"], await PathsAsync());
        Assert.Equal(0, (int)(await app.ApplyAsync(Uses("/y", "/z", "/x")))["changed"]!);

        // One after the other, into what the next leaves.
        await app.ApplyAsync(Uses("/w", "/y", "/z"));
        Assert.Equal(["/w", "/y", "/z"], await PathsAsync());

        string Uses(params string[] paths) => $"product: {{system_name: {product}, name: n, backends: [{string.Join(',', paths.Select((path, i) =>
            $"{{path: {path}, backend: {{system_name: {backend}-{i}, name: b, private_base_url: \"http://b\"}}}}"))}]}}";

        async Task<IEnumerable<string>> PathsAsync() => (await app.Admin.DoAsync("GET", $"/api/products/{product}/backends"))["items"]!
            .AsArray().Select(use => (string)use!["path"]!);
    }

    [Fact]
    public async Task A_backend_may_be_named_that_is_there()
    {
        var (product, backend) = Names();
        await app.Admin.DoAsync("POST", "/api/backends", $$"""{"system_name":"{{backend}}","name":"B","private_base_url":"http://b"}""");

        var answer = await app.ApplyAsync($"product: {{system_name: {product}, name: n, backends: [{{path: /, backend: {backend}}}]}}");

        Assert.Equal([$"create products/{product}", $"create products/{product}/backends/{backend}"], answer.Changes());
    }

    [Fact]
    public async Task What_somebody_else_changes_meanwhile_is_not_overwritten_and_the_document_can_be_applied_again()
    {
        var (product, backend) = Names();
        var yaml = Chat(product, backend);
        var plan = await PlanAsync(app, yaml);
        await app.Admin.DoAsync("POST", "/api/products", $$"""{"system_name":"{{product}}","name":"Mine"}""");

        var applied = await Functions.Declarative.Documents.ApplyAsync(plan, new(), default).Soon();

        Assert.Equal($"/api/products/{product}", applied.Overtaken?.Resource);
        Assert.Equal("Mine", (string?)(await app.Admin.DoAsync("GET", $"/api/products/{product}"))["name"]);
        await app.ApplyAsync(yaml);
        Assert.Equal(0, (int)(await app.ApplyAsync(yaml))["changed"]!);
    }

    [Fact]
    public async Task Broken_off_between_any_two_writes_it_is_completed_by_applying_it_again()
    {
        var (reference, itsBackend) = Names();
        await app.ApplyAsync(Chat(reference, itsBackend));
        var whole = await app.ExportAsync(reference);
        var gate = new WriteGate();
        await using var mortal = await gate.StandBeforeAsync(app);
        mortal.ExpectsErrors = true;
        for (int writes = 0, status = 0; status != 200; writes++)
        {
            var (product, backend) = Names();
            var yaml = Chat(product, backend);
            gate.Open(writes);
            using var broken = await mortal.PostDocumentAsync("/api/documents:apply", yaml);
            status = (int)broken.StatusCode;
            gate.Open();

            await app.ApplyAsync(yaml);

            Assert.Equal(whole.Replace(reference, product).Replace(itsBackend, backend), await app.ExportAsync(product));
        }
    }

    [Fact]
    public async Task Of_many_who_apply_at_once_all_are_answered_and_nothing_is_half_made()
    {
        var (product, backend) = Names();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => app.PostDocumentAsync("/api/documents:apply", Chat(product, backend)))).Soon();

        Assert.All(answers, answer => Assert.Contains((int)answer.StatusCode, new[] { 200, 409 }));
        foreach (var answer in answers.Where(answer => (int)answer.StatusCode == 409))
        {
            await answer.ProblemAsync(409, "overtaken");
        }

        await app.ApplyAsync(Chat(product, backend), "?prune=true");
        Assert.Equal(0, (int)(await app.ApplyAsync(Chat(product, backend), "?prune=true"))["changed"]!);
    }

    internal static (string Product, string Backend) Names()
    {
        var name = Guid.NewGuid().ToString("N")[..12];
        return ("p-" + name, "b-" + name);
    }

    /// <summary>A document that mentions everything.</summary>
    internal static string Chat(string product, string backend) =>
        $$"""
        product:
          system_name: {{product}}
          name: Chat
          description: |
            Rooms: all of them.
            Yes, all.
          production_public_base_url: wss://{{product}}.example
          credentials:
            location: query
            user_key_name: api_key
          error_answers:
            no_match: {status: 404, text: "Nothing here: try /rooms"}
          host_rewrite: inner.example:8443
          backends:
            - path: /rooms
              backend:
                system_name: {{backend}}
                name: "No"
                private_base_url: wss://localhost:8443/base
                endpoints: [wss://localhost:8444/base]
                tls:
                  insecure: true
                metrics:
                  - {system_name: joins, name: Joins, parent: hits}
                mapping_rules:
                  - {method: GET, pattern: /join, metric: joins}
          metrics:
            - {system_name: hits, name: All requests, unit: hit}
            - {system_name: messages, name: Messages, unit: message, description: Text and binary}
            - {system_name: sends, name: Sends, parent: hits}
          mapping_rules:
            - {method: GET, pattern: "/rooms/{room}$", metric: messages, delta: 2, last: true}
            - {method: ANY, pattern: /, metric: hits}
          policies:
            - {name: websocket}
            - {name: apicast, enabled: false}
          plans:
            - system_name: basic
              name: Basic
              state: hidden
              default: true
              approval_required: true
              cost_per_month: 9.99
              setup_fee: 1
              trial_period_days: 30
              limits:
                - {metric: hits, period: day, value: 1000}
                - {metric: messages, period: minute, value: 0}
                - {metric: joins.{{backend}}, period: week, value: 5}
              pricing_rules:
                - {metric: messages, min: 1, max: 100, cost_per_unit: 0.01}
                - {metric: messages, min: 101, cost_per_unit: 0.005}
        """;

    internal static async Task<IReadOnlyList<Functions.Declarative.Change>> PlanAsync(FunctionsApp app, string yaml, bool prune = false)
    {
        var errors = new Functions.Http.Errors();
        var (document, _) = Functions.Declarative.SourceDocument.Parse(System.Text.Encoding.UTF8.GetBytes(yaml), isYaml: true, errors);
        var documents = (Functions.Declarative.Documents)app.Services.GetService(typeof(Functions.Declarative.Documents))!;
        var plan = await documents.PlanAsync(document!, prune, errors, default).Soon();
        Assert.Empty(errors.Found);
        return plan!;
    }

    private async Task<IReadOnlyList<string?>> TagsAsync(string product, string backend)
    {
        var rules = (await app.Admin.DoAsync("GET", $"/api/products/{product}/mapping-rules"))["items"]!.AsArray();
        string[] addresses =
        [
            $"/api/backends/{backend}",
            $"/api/products/{product}",
            $"/api/products/{product}/backends/{backend}",
            $"/api/products/{product}/metrics/hits",
            $"/api/products/{product}/metrics/messages",
            $"/api/products/{product}/policies",
            $"/api/products/{product}/plans/basic",
            $"/api/products/{product}/plans/basic/limits/hits.day",
            .. rules.Select(rule => $"/api/products/{product}/mapping-rules/{rule!["id"]}"),
        ];
        var tags = new List<string?>();
        foreach (var address in addresses)
        {
            using var response = await app.Admin.GetAsync(address).Soon();
            Assert.Equal(200, (int)response.StatusCode);
            tags.Add(response.Headers.ETag?.Tag);
        }

        return tags;
    }
}
