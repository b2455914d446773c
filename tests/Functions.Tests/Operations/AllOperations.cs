using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Hosting;
using Serverless.Functions.Http;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Operations;

/// <summary>
/// Every operation of the API that changes something, for tests that hold something of all of them. A new one needs a line
/// here, or the test below fails.
/// </summary>
public sealed class AllOperations(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    private const string Promotable = "backend product use rule chain";
    private const string Subscribed = "product plan account application";

    public static IReadOnlyList<Operation> List { get; } =
    [
        new("access-tokens-create", "", "POST", "/api/access-tokens", """{"name":"n","scopes":["read"]}"""),
        new("access-tokens-delete", "token", "DELETE", "{token}"),

        new("backends-create", "", "POST", "/api/backends", """{"system_name":"b-{n}","name":"B","private_base_url":"http://h"}""", "/api/backends/b-{n}"),
        new("backends-replace", "backend", "PUT", "{backend}", """{"name":"N{i}","private_base_url":"http://h"}"""),
        new("backends-drain-connections", "backend", "POST", "{backend}:drain-connections"),
        new("backends-delete", "backend", "DELETE", "{backend}"),
        new("backends-delete", "backend product use", "DELETE", "{backend}", Variant: "in use"),

        new("backends-delete", "backend backend-metric backend-rule", "DELETE", "{backend}", Variant: "with all it has"),

        new("backends-metrics-create", "backend", "POST", "{backend}/metrics", """{"system_name":"bm","name":"M","unit":"u"}""", "{backend}/metrics/bm"),
        new("backends-metrics-replace", "backend backend-metric", "PUT", "{backend-metric}", """{"name":"N{i}","unit":"u"}"""),
        new("backends-metrics-delete", "backend backend-metric", "DELETE", "{backend-metric}"),

        new("backends-mapping-rules-create", "backend", "POST", "{backend}/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}"""),
        new("backends-mapping-rules-replace", "backend backend-rule", "PUT", "{backend-rule}", """{"method":"GET","pattern":"/n{i}","metric":"hits"}"""),
        new("backends-mapping-rules-delete", "backend backend-rule", "DELETE", "{backend-rule}"),

        new("products-create", "", "POST", "/api/products", """{"system_name":"p-{n}","name":"P"}""", "/api/products/p-{n}"),
        new("products-replace", "product", "PUT", "{product}", """{"name":"N{i}"}"""),
        new("products-replace", "product", "PUT", "{product}", """{"name":"N","secret_token":"a-secret-of-{n}"}""", Variant: "with a secret"),
        new("products-close-connections", "product", "POST", "{product}:close-connections", """{"environment":"staging"}"""),
        new("products-drain-connections", "product", "POST", "{product}:drain-connections"),
        new("products-delete", "product", "DELETE", "{product}"),
        new("products-delete", "backend product use metric rule message-rule plan limit", "DELETE", "{product}", Variant: "with all it has"),
        new("products-delete", Promotable + " staging production", "DELETE", "{product}", Variant: "promoted"),

        new("products-backends-create", "backend product", "POST", "{product}/backends", """{"backend":"b-{n}"}""", "{product}/backends/b-{n}"),
        new("products-backends-replace", "backend product use", "PUT", "{use}", """{"path":"/other{i}"}"""),
        new("products-backends-delete", "backend product use", "DELETE", "{use}"),

        new("products-metrics-create", "product", "POST", "{product}/metrics", """{"system_name":"m","name":"M","unit":"u"}""", "{product}/metrics/m"),
        new("products-metrics-replace", "product metric", "PUT", "{metric}", """{"name":"N{i}","unit":"u"}"""),
        new("products-metrics-delete", "product metric", "DELETE", "{metric}"),

        new("products-mapping-rules-create", "product", "POST", "{product}/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}"""),
        new("products-mapping-rules-replace", "product rule", "PUT", "{rule}", """{"method":"GET","pattern":"/n{i}","metric":"hits"}"""),
        new("products-mapping-rules-delete", "product rule", "DELETE", "{rule}"),

        new("products-message-rules-create", "product", "POST", "{product}/message-rules", """{"direction":"in","metric":"hits"}"""),
        new("products-message-rules-replace", "product message-rule", "PUT", "{message-rule}", """{"direction":"out","pointer":"/n{i}","equals":null,"metric":"hits"}"""),
        new("products-message-rules-delete", "product message-rule", "DELETE", "{message-rule}"),

        new("products-policies-replace", "product", "PUT", "{product}/policies", """{"policies":[{"name":"websocket","enabled":true}]}"""),

        new("products-plans-create", "product", "POST", "{product}/plans", """{"system_name":"basic","name":"Basic"}""", "{product}/plans/basic"),
        new("products-plans-replace", "product plan", "PUT", "{plan}", """{"name":"N{i}"}"""),
        new("products-plans-delete", "product plan limit", "DELETE", "{plan}"),

        new("products-plans-limits-create", "product plan", "POST", "{plan}/limits", """{"metric":"hits","period":"day","value":5}""", "{plan}/limits/hits.day"),
        new("products-plans-limits-replace", "product plan limit", "PUT", "{limit}", """{"value":1{i}}"""),
        new("products-plans-limits-delete", "product plan limit", "DELETE", "{limit}"),

        new("products-plans-make-default", "product plan", "POST", "{plan}:make-default"),
        new("products-plans-clear-default", "product plan default-plan", "POST", "{product}/plans:clear-default"),
        new("products-plans-pricing-rules-create", "product plan", "POST", "{plan}/pricing-rules", """{"metric":"hits","min":1,"cost_per_unit":0.5}""", "{plan}/pricing-rules/hits.1"),
        new("products-plans-pricing-rules-replace", "product plan price", "PUT", "{price}", """{"cost_per_unit":1{i}}"""),
        new("products-plans-pricing-rules-delete", "product plan price", "DELETE", "{price}"),

        new("accounts-approve", "product plan pending-account application", "POST", "{pending-account}:approve"),
        new("accounts-reject", Subscribed, "POST", "{account}:reject"),
        new("accounts-make-pending", Subscribed, "POST", "{account}:make-pending"),
        new("accounts-suspend", Subscribed, "POST", "{account}:suspend"),
        new("accounts-resume", Subscribed + " suspended-account", "POST", "{account}:resume"),

        new("accounts-create", "", "POST", "/api/accounts", """{"system_name":"a-{n}","name":"A"}""", "/api/accounts/a-{n}"),
        new("accounts-replace", "account", "PUT", "{account}", """{"name":"N{i}"}"""),
        new("accounts-delete", "account", "DELETE", "{account}"),

        new("accounts-applications-create", "product plan account", "POST", "{account}/applications", """{"id":"x-{n}","product":"p-{n}","plan":"basic","name":"X"}""", "/api/applications/x-{n}"),
        new("applications-replace", Subscribed, "PUT", "{application}", """{"name":"N{i}","plan":"basic"}"""),
        new("applications-replace", "product plan other-plan account application", "PUT", "{application}", """{"name":"N","plan":"gold"}""", Variant: "to another plan"),
        new("applications-delete", Subscribed + " key", "DELETE", "{application}"),
        new("applications-suspend", Subscribed + " key", "POST", "{application}:suspend"),
        new("applications-resume", Subscribed + " suspended", "POST", "{application}:resume"),
        new("applications-accept", "product approved-plan account application", "POST", "{application}:accept"),
        new("applications-close-connections", Subscribed, "POST", "{application}:close-connections"),
        new("applications-change-plan", "product plan other-plan account application", "POST", "{application}:change-plan", """{"plan":"gold"}"""),
        new("applications-customize-plan", Subscribed, "POST", "{application}:customize-plan"),
        new("applications-decustomize-plan", Subscribed + " custom-plan", "POST", "{application}:decustomize-plan"),
        new("applications-referrer-filters-create", Subscribed, "POST", "{application}/referrer-filters", """{"value":"*.example.com"}"""),
        new("applications-referrer-filters-delete", Subscribed + " filter", "DELETE", "{filter}"),
        new("applications-keys-create", Subscribed, "POST", "{application}/keys", "{}"),
        new("applications-keys-delete", Subscribed + " key", "DELETE", "{key}"),

        new("products-configs-promote-to-staging", Promotable, "POST", "{product}/configs/staging:promote"),
        new("products-configs-promote-to-production", Promotable + " staging", "POST", "{product}/configs/production:promote"),
        new("products-configs-rollback", Promotable + " staging newer-rule newer-staging", "POST", "{product}/configs/staging:rollback"),
        new("products-configs-pin", Promotable + " staging", "POST", "{product}/configs/staging:pin", """{"version":1}"""),
        new("products-configs-unpin", Promotable + " staging pinned", "POST", "{product}/configs/staging:unpin"),

        new("policies-create", "", "POST", "/api/policies", """{"name":"s-{n}","summary":"S","builtin":"origin","configuration":{"allow":["https://h"]}}""", "/api/policies/s-{n}"),
        new("policies-replace", "policy", "PUT", "{policy}", """{"summary":"N{i}","builtin":"origin","configuration":{"allow":["https://h"]}}"""),
        new("policies-delete", "policy", "DELETE", "{policy}"),

        new("documents-apply", "", "POST", "/api/documents:apply", """{"product":{"system_name":"p-{n}","name":"P","backends":[{"path":"/","backend":{"system_name":"b-{n}","name":"B","private_base_url":"http://h"}}],"mapping_rules":[{"method":"GET","pattern":"/","metric":"hits"}],"plans":[{"system_name":"basic","name":"Basic","default":true}]}}""", "/api/products/p-{n}"),
        new("documents-import-3scale", "", "POST", "/api/documents:import-3scale", """{"services":[{"id":1,"system_name":"p-{n}","backend_version":"1","proxy":{"hosts":["h-{n}.example.com"],"api_backend":"http://h","proxy_rules":[{"http_method":"GET","pattern":"/","metric_system_name":"hits","delta":1}]}}]}""", "/api/products/p-{n}"),
    ];

    public static TheoryData<Operation> Data => [.. List];

    [Fact]
    public void Every_function_that_changes_something_is_among_them()
    {
        var functions = app.Services.GetRequiredService<FunctionList>().All
            .Where(function => function.Rule is CalledByAttribute { Scope: Scope.Manage } && !function.HttpMethods.Contains("get"))
            .Select(function => function.Name);

        Assert.Equal(functions.Order(StringComparer.Ordinal), List.Select(operation => operation.Function).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Data))]
    public async Task Each_of_them_does_what_it_is_for(Operation operation)
    {
        var stage = await Stage.SetAsync(app.Admin, operation.Needs);

        using var response = await stage.CallAsync(app.Admin, operation);

        if (operation.Variant == "in use")
        {
            await response.ProblemAsync(409, "in_use");
        }
        else
        {
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }
}
