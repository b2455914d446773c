using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Makes a product of a 3scale service. What has nothing like it here is in the report; identifiers, times and what is only
/// derived from other members are not, and neither are the credentials for 3scale itself, which nobody needs any more.
/// </summary>
internal sealed class ServiceImport(Dictionary<string, ImportedBackend> backends, Report report)
{
    private static readonly FrozenSet<string> OfService = FrozenSet.ToFrozenSet(
    [
        "id", "account_id", "tenant_id", "created_at", "updated_at", "deleted_at", "state", "deployment_option", "proxiable?",
        "backend_authentication_type", "backend_authentication_value", "backend", "name", "system_name", "description",
        "referrer_filters_required", "mandatory_app_key", "proxy", .. CredentialsImport.Members,
    ]);

    private static readonly FrozenSet<string> OfProxy = FrozenSet.ToFrozenSet(
    [
        "id", "tenant_id", "service_id", "deployed_at", "created_at", "updated_at", "lock_version", "backend", "valid?",
        "endpoint_port", "hostname_rewrite_for_sandbox", "apicast_configuration_driven", "api_test_path", "api_test_success",
        "endpoint", "sandbox_endpoint", "hosts", "api_backend", "proxy_rules", "policy_chain", "policies_config",
        "secret_token", "hostname_rewrite", .. CredentialsImport.Members, .. ErrorAnswersImport.Members,
    ]);

    private static readonly string[] Addresses = ["production_public_base_url", "staging_public_base_url"];

    /// <summary>The product as a document has it, without its backends; and these.</summary>
    public ImportedProduct Read(Section service, Section? oidc, string name)
    {
        var trace = new Trace(service.At);
        var proxy = service.Member("proxy") ?? new(JsonElement.Parse("{}"), service.At + "/proxy");
        var product = ReadProduct(service, proxy, oidc, name, trace);
        var chain = PoliciesImport.Find(proxy);
        var routing = PoliciesImport.FindRouting(chain);
        var uses = new BackendsImport(backends, report).Read(proxy, routing, name);
        var metrics = new List<string>();
        var rules = new RulesImport(uses, metrics, report).Read(proxy);
        product["metrics"] = ImportedMetrics.ToSection(metrics);
        product["mapping_rules"] = ToList("/mapping_rules", rules, trace);
        product["policies"] = ToList("/policies", PoliciesImport.Read(chain, routing, report), trace);
        if (service.Member("mandatory_app_key")?.Element.ValueKind == JsonValueKind.False)
        {
            report.LeaveOut(service.At + "/mandatory_app_key", "An application that is known by app_id always needs a key.");
        }

        CheckHosts(proxy, product);
        report.LeaveOutRest(service, OfService);
        report.LeaveOutRest(proxy, OfProxy);
        return new(product, uses, trace);
    }

    private JsonObject ReadProduct(Section service, Section proxy, Section? oidc, string name, Trace trace)
    {
        var product = new JsonObject { ["system_name"] = name, ["name"] = ReadName(service) ?? name };
        Copy(service, "description", "description");
        Copy(service, "referrer_filters_required", "referrer_filters_required");
        Copy(proxy, "endpoint", "production_public_base_url");
        Copy(proxy, "sandbox_endpoint", "staging_public_base_url");
        Copy(proxy, "secret_token", "secret_token");
        Copy(proxy, "hostname_rewrite", "host_rewrite");
        if (proxy.Text("endpoint")?.TrimEnd('/') is { Length: > 0 } same && same == proxy.Text("sandbox_endpoint")?.TrimEnd('/'))
        {
            report.LeaveOut(proxy.At + "/sandbox_endpoint", "It is the same as of production, and an environment needs its own.");
            product.Remove("staging_public_base_url");
        }

        product["credentials"] = CredentialsImport.Read(service, proxy, oidc, trace, report);
        if (ErrorAnswersImport.Read(proxy, trace, report) is { } answers)
        {
            product["error_answers"] = answers;
        }

        Salvage.Reduce(product, ProductsJson.Default.ProductInput, (input, errors) => input.Check(errors), trace, report);
        return product;

        void Copy(Section from, string member, string to)
        {
            if (from.Member(member) is { } value && value.Element.ValueKind != JsonValueKind.Null && value.AsText() is not "")
            {
                product[to] = JsonSerializer.SerializeToNode(value.Element, DocumentJson.Default.JsonElement);
                trace.Add("/" + to, value.At);
            }
        }
    }

    private string? ReadName(Section service)
    {
        var errors = new Errors();
        errors.Name("/name", service.Text("name"));
        if (service.Member("name") is { } member && errors.Found is [var error, ..])
        {
            report.Refuse(member.At, error.Code, error.Message);
        }

        return errors.Found.Count == 0 ? service.Text("name") : null;
    }

    // The hosts of both addresses are in the list; others are served by 3scale too.
    private void CheckHosts(Section proxy, JsonObject product)
    {
        var served = Addresses
            .Select(member => (string?)product[member])
            .Select(url => url is null ? null : new Uri(url).Host)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var host in (proxy.List("hosts", new Errors()) ?? []).Where(host => !served.Contains(host.AsText())))
        {
            report.LeaveOut(host.At, "A product has one host for each environment, those of its public base URLs.");
        }
    }

    private static JsonArray ToList(string at, IReadOnlyList<(JsonObject Value, string At)> items, Trace trace)
    {
        foreach (var (index, item) in items.Index())
        {
            trace.Add($"{at}/{index}", item.At);
        }

        return new JsonArray([.. items.Select(item => item.Value)]);
    }
}

/// <summary>A product made of a service.</summary>
/// <param name="Product">Its section of a document, still without backends.</param>
/// <param name="Uses">The backends.</param>
/// <param name="Trace">Where its parts come from.</param>
internal sealed record ImportedProduct(JsonObject Product, IReadOnlyList<ImportedUse> Uses, Trace Trace)
{
    /// <summary>The whole document. A backend that another document has described already is only named.</summary>
    public SourceDocument ToDocument(HashSet<string> described)
    {
        Product["backends"] = new JsonArray(
        [
            .. Uses.Select(use => new JsonObject
            {
                ["path"] = use.Path,
                ["backend"] = described.Add(use.Backend.Name) ? use.Backend.ToSection() : use.Backend.Name,
            }),
        ]);
        foreach (var (index, use) in Uses.Index())
        {
            Trace.Add($"/backends/{index}", use.At);
        }

        var root = new JsonObject { ["product"] = Product };
        return new(JsonSerializer.SerializeToElement(root, DocumentJson.Default.JsonNode), new Positions());
    }
}
