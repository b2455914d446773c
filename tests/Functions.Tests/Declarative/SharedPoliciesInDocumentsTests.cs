using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Declarative;

/// <summary>The shared policies that a chain names go with the document, which so needs nothing that is not in it.</summary>
public sealed class SharedPoliciesInDocumentsTests : IAsyncLifetime
{
    private const string Document = """
        product:
          system_name: p
          name: P
          shared_policies:
            - {name: office, summary: Our office, builtin: ip_check, configuration: {check_type: whitelist, ips: [10.0.0.0/8]}}
            - {name: guests, summary: Guests, builtin: default_credentials, configuration: {auth_type: user_key, user_key: key-of-the-guests}}
          policies:
            - {name: office, version: custom}
            - {name: guests, version: custom}
            - {name: websocket}
        """;

    private FunctionsApp _app = null!;

    public async Task InitializeAsync() => _app = await FunctionsApp.StartAsync();

    public Task DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_product_with_shared_policies_is_made_by_its_document_alone()
    {
        var made = await _app.ApplyAsync(Document);
        var export = await _app.ExportAsync("p");

        Assert.Equal(["create policies/office", "create policies/guests", "create products/p"], made.Changes().Take(3));
        Assert.DoesNotContain("key-of-the-guests", made.ToJsonString() + export, StringComparison.Ordinal);
        Assert.Equal(0, (int)(await _app.ApplyAsync(Document))["changed"]!);
        Assert.Equal(0, (int)(await _app.ApplyAsync(export, "?prune=true"))["changed"]!);
        await using var empty = await FunctionsApp.StartAsync();
        await empty.ApplyAsync(export.Replace("auth_type: user_key", "auth_type: user_key\n        user_key: another", StringComparison.Ordinal));
        Assert.Equal(export, await empty.ExportAsync("p"));
    }

    [Fact]
    public async Task What_a_document_says_of_a_shared_policy_is_changed_and_what_it_does_not_mention_is_kept()
    {
        await _app.ApplyAsync(Document);

        var changed = await _app.ApplyAsync("product: {system_name: p, shared_policies: [{name: office, configuration: {check_type: blacklist, ips: [10.1.0.0/16]}}]}");
        var secret = await _app.ApplyAsync("product: {system_name: p, shared_policies: [{name: guests, configuration: {auth_type: user_key, user_key: another}}]}");
        var pruned = await _app.ApplyAsync("product: {system_name: p, name: P}", "?prune=true");

        Assert.Equal(["update policies/office"], changed.Changes());
        Assert.Equal(["update policies/guests"], secret.Changes());
        Assert.Equal(["update products/p/policies"], pruned.Changes());
        var office = await _app.Admin.DoAsync("GET", "/api/policies/office");
        Assert.Equal(("Our office", "blacklist"), ((string?)office["summary"], (string?)office["configuration"]!["check_type"]));
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_them_is_placed()
    {
        using var response = await _app.PostDocumentAsync(
            "/api/documents:apply",
            """
            product:
              system_name: p
              name: P
              shared_policies:
                - {name: origin, summary: S, builtin: origin, configuration: {allow: ["https://a"]}}
                - {name: a, builtin: nothing}
                - {name: guests, summary: G, builtin: default_credentials, configuration: {auth_type: user_key}}
                - {name: a, summary: S, builtin: websocket}
              policies:
                - {name: a, version: custom}
                - {name: b, version: custom}
            """);

        Assert.Equal(
            [
                "/product/shared_policies/0/name reserved",
                "/product/shared_policies/1/summary required",
                "/product/shared_policies/1/builtin unknown_policy",
                "/product/shared_policies/2/configuration/user_key required",
                "/product/shared_policies/3/name duplicate",
                "/product/policies/1/name unknown_policy",
            ],
            (await response.ProblemAsync(400, "invalid")).Errors());
    }
}
