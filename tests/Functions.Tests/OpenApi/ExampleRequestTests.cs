using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.OpenApi;

public sealed class ExampleRequestTests
{
    // In an order in which each finds what it needs.
    private static readonly string[] Order =
    [
        "health", "openapi", "docs", "docs-files",
        "access-tokens-create", "access-tokens-list", "access-tokens-get",
        "policies-create", "policies-list", "policies-get", "policies-replace",
        "backends-create", "backends-list", "backends-get", "backends-replace",
        "backends-metrics-create", "backends-metrics-list", "backends-metrics-get", "backends-metrics-replace",
        "backends-mapping-rules-create", "backends-mapping-rules-list", "backends-mapping-rules-get", "backends-mapping-rules-replace",
        "products-create", "products-list", "products-get", "products-replace", "products-document-get",
        "products-backends-create", "products-backends-list", "products-backends-get", "products-backends-replace",
        "products-metrics-create", "products-metrics-list", "products-metrics-get", "products-metrics-replace",
        "products-mapping-rules-create", "products-mapping-rules-list", "products-mapping-rules-get", "products-mapping-rules-replace",
        "products-message-rules-create", "products-message-rules-list", "products-message-rules-get", "products-message-rules-replace",
        "products-plans-create", "products-plans-list", "products-plans-get", "products-plans-replace",
        "products-plans-make-default", "products-plans-clear-default",
        "products-plans-limits-create", "products-plans-limits-list", "products-plans-limits-get", "products-plans-limits-replace",
        "products-plans-pricing-rules-create", "products-plans-pricing-rules-list", "products-plans-pricing-rules-get",
        "products-plans-pricing-rules-replace",
        "products-configs-promote-to-staging", "products-configs-promote-to-production",
        "products-policies-get", "products-policies-replace", "products-configs-promote-to-staging",
        "products-configs-list", "products-configs-get", "products-configs-history", "products-changes-get", "products-versions-get", "configs-list",
        "products-configs-rollback", "products-configs-pin", "products-configs-unpin",
        "accounts-create", "accounts-list", "accounts-get", "accounts-replace",
        "accounts-make-pending", "accounts-reject", "accounts-approve", "accounts-suspend", "accounts-resume",
        "accounts-applications-create", "accounts-applications-list", "products-applications-list",
        "applications-get", "applications-replace", "applications-accept", "applications-suspend", "applications-resume",
        "applications-close-connections", "products-close-connections", "products-drain-connections", "backends-drain-connections",
        "applications-customize-plan", "applications-decustomize-plan", "applications-change-plan",
        "applications-list", "applications-find", "applications-statements-get",
        "applications-keys-create", "applications-keys-list", "products-tickets-create",
        "applications-referrer-filters-create", "applications-referrer-filters-list",
        "relay-configuration-index", "relay-configuration-snapshot", "relay-authorize", "relay-usage",
        "relay-events", "relay-events-negotiate", "relay-status", "events-negotiate", "events-stream",
        "applications-referrer-filters-delete", "applications-keys-delete", "applications-delete", "accounts-delete",
        "products-plans-pricing-rules-delete", "products-plans-limits-delete", "products-plans-delete",
        "products-mapping-rules-delete", "products-message-rules-delete", "products-metrics-delete", "products-backends-delete", "products-delete",
        "backends-mapping-rules-delete", "backends-metrics-delete", "backends-delete",
        "policies-delete", "documents-apply", "documents-import-3scale", "access-tokens-delete", "audit-list",
    ];

    [Fact]
    public async Task Every_operation_succeeds_with_the_examples_of_its_parameters_and_body()
    {
        // Nobody listens there, and nobody need.
        await using var app = await FunctionsApp.StartAsync(new Dictionary<string, string?>
        {
            ["SignalR:ConnectionString"] = "Endpoint=http://localhost:1;AccessKey=of-the-examples;Version=1.0;",
        });
        var document = await ApiDocument.SharedAsync();
        Assert.Equal(document.Operations.Select(operation => operation.Id).Order(), Order.Distinct().Order());
        var known = new Dictionary<string, string>();
        foreach (var operation in Order.Select(id => document.Operations.Single(operation => operation.Id == id)))
        {
            var request = ExampleRequest.Of(document, operation, known);

            using var answer = await app.Admin.SendAsync(operation.Method, request.Address, request.Body, "*");

            Assert.True(answer.IsSuccessStatusCode, $"{operation.Id}: {await answer.Content.ReadAsStringAsync().Soon()}");
            await LearnAsync(document, operation, answer, known);
        }
    }

    // What the functions have made up themselves.
    private static async Task LearnAsync(
        ApiDocument document,
        Operation operation,
        HttpResponseMessage answer,
        Dictionary<string, string> known)
    {
        if (operation.Method == "POST" && answer.Headers.Location is { } location
            && document.Operations.Where(o => o.Path.StartsWith(operation.Path + "/{", StringComparison.Ordinal)).MinBy(o => o.Path.Length)
                is { } of)
        {
            known[of.Path] = location.OriginalString.Split('/')[^1];
        }

        if (operation.Id == "relay-configuration-index")
        {
            var pointer = (await answer.JsonAsync())["pointers"]![0]!;
            known["/api/relay/configuration/{product}/{generation}"] = (string)pointer["generation"]!;
            known["/api/relay/configuration/{product}/{generation}/{version}"] = pointer["version"]!.ToString();
        }
    }
}
