using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Declarative;

/// <summary>Who comes from 3scale brings the gateway's configuration along, and is told what of it did not come.</summary>
public sealed class ImportTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    // As 3scale's portal gives a version of a product, shortened and renamed.
    private const string Portal = """
        {
          "proxy_config": {
            "id": 54321, "version": 2, "environment": "production",
            "content": {
              "id": 12345, "account_id": 5555, "name": "Echo API", "description": null, "oneline_description": null,
              "created_at": "2018-07-23T08:33:55Z", "state": "incomplete", "tenant_id": 24,
              "system_name": "echo", "backend_version": "1", "mandatory_app_key": true, "support_email": "help@example.com",
              "referrer_filters_required": true, "deployment_option": "hosted", "proxiable?": true,
              "backend_authentication_type": "service_token", "backend_authentication_value": "token-of-the-service",
              "proxy": {
                "id": 105757, "tenant_id": 24, "service_id": 12345, "endpoint": "https://echo.example:443",
                "sandbox_endpoint": "https://echo-staging.example:443", "api_backend": "https://echo-api.example:443",
                "auth_app_key": "app_key", "auth_app_id": "app_id", "auth_user_key": "X-API-Key", "credentials_location": "headers",
                "error_auth_failed": "Authentication failed", "error_status_auth_failed": 403,
                "error_headers_auth_failed": "text/plain; charset=us-ascii",
                "error_auth_missing": "Authentication parameters missing", "error_status_auth_missing": 403,
                "error_headers_auth_missing": "text/plain; charset=us-ascii",
                "error_no_match": "No Mapping Rule matched", "error_status_no_match": 404,
                "error_headers_no_match": "text/plain; charset=us-ascii",
                "error_limits_exceeded": "Usage limit exceeded", "error_status_limits_exceeded": 429,
                "error_headers_limits_exceeded": "text/plain; charset=us-ascii",
                "secret_token": "Shared_secret_sent_from_proxy_to_API_backend_db59ea91b44069d2", "hostname_rewrite": "inner.example",
                "oauth_login_url": null, "api_test_path": "/some-path", "api_test_success": true, "oidc_issuer_endpoint": null,
                "lock_version": 3, "authentication_method": "1", "endpoint_port": 443, "valid?": true,
                "service_backend_version": "1", "hosts": ["echo.example", "echo-staging.example"],
                "backend": {"endpoint": "https://su1.3scale.net", "host": "su1.3scale.net"},
                "policy_chain": [
                  {"name": "websocket", "version": "builtin", "configuration": {}},
                  {"name": "apicast", "version": "builtin", "configuration": {}}
                ],
                "proxy_rules": [
                  {"id": 1, "proxy_id": 105757, "http_method": "GET", "pattern": "/", "metric_id": 25, "metric_system_name": "hits",
                   "delta": 1, "position": 2, "last": false, "redirect_url": null, "parameters": [], "querystring_parameters": {}},
                  {"id": 2, "http_method": "POST", "pattern": "/orders/{id}$", "metric_system_name": "orders", "delta": 3, "position": 1,
                   "last": true}
                ]
              }
            }
          }
        }
        """;

    [Fact]
    public async Task A_version_of_the_portal_becomes_a_draft_and_importing_it_again_changes_nothing()
    {
        var dry = await ImportAsync(Portal, "?dry_run=true");
        using var missing = await app.Admin.GetAsync("/api/products/echo").Soon();
        Assert.Equal(404, (int)missing.StatusCode);
        var wet = await ImportAsync(Portal);
        Assert.True(JsonNode.DeepEquals(dry["services"], wet["services"]));

        Assert.Equal(
            """
            product:
              system_name: echo
              name: Echo API
              staging_public_base_url: https://echo-staging.example:443
              production_public_base_url: https://echo.example:443
              credentials:
                mode: user_key
                location: headers
                user_key_name: x-api-key
                app_id_name: app_id
                app_key_name: app_key
                subprotocol: false
              referrer_filters_required: true
              close_refusals: false
              error_answers:
                credentials_missing:
                  status: 403
                  content_type: text/plain; charset=utf-8
                  text: Authentication parameters missing
                authentication_failed:
                  status: 403
                  content_type: text/plain; charset=utf-8
                  text: Authentication failed
                no_match:
                  status: 404
                  content_type: text/plain; charset=utf-8
                  text: No Mapping Rule matched
                limits_exceeded:
                  status: 429
                  content_type: text/plain; charset=utf-8
                  text: Usage limit exceeded
              host_rewrite: inner.example
              backends:
                - path: /
                  backend:
                    system_name: echo-backend
                    name: echo-backend
                    private_base_url: https://echo-api.example:443
                    metrics:
                      - system_name: hits
                        name: Hits
                        unit: hit
                        description: Requests, and handshakes of tunnels.
                    mapping_rules: []
              metrics:
                - system_name: hits
                  name: Hits
                  unit: hit
                  description: Requests, and handshakes of tunnels.
                - system_name: orders
                  name: orders
                  unit: hit
              mapping_rules:
                - method: POST
                  pattern: /orders/{id}$
                  metric: orders
                  delta: 3
                  last: true
                - method: GET
                  pattern: /
                  metric: hits
                  delta: 1
                  last: false
              message_rules: []
              policies:
                - name: websocket
                  version: builtin
                  configuration: {}
                  enabled: true
                - name: apicast
                  version: builtin
                  configuration: {}
                  enabled: true
              plans: []

            """.ReplaceLineEndings("\n"),
            await app.ExportAsync("echo"));
        Assert.Equal(
            [
                "/proxy_config/content/proxy/api_backend named",
                "/proxy_config/content/proxy/proxy_rules/1/metric_system_name metric_made",
                "/proxy_config/content/support_email no_counterpart",
            ],
            Report(wet["services"]![0]!));
        Assert.True((bool)(await app.Admin.DoAsync("GET", "/api/products/echo"))["secret_token_set"]!);
        Assert.Equal(0, (int)(await ImportAsync(Portal))["changed"]!);
        Assert.Equal(1, (int)(await app.Admin.DoAsync("POST", "/api/products/echo/configs/staging:promote"))["version"]!);
    }

    [Fact]
    public async Task Backends_behind_paths_keep_their_rules_and_are_shared_by_the_products_that_use_them()
    {
        const string Services = """
            {"services": [
              {"id": 1, "system_name": "first", "backend_version": 2, "proxy": {
                "api_backend": null, "policy_chain": [
                  {"name": "routing", "version": "builtin", "enabled": true, "configuration": {"rules": [
                    {"url": "wss://rooms.example/base", "owner_id": 42, "owner_type": "BackendApi",
                     "condition": {"operations": [{"match": "path", "op": "matches", "value": "^(/rooms/.*|/rooms/?)"}]},
                     "replace_path": "{{original_request.path | remove_first: '/rooms'}}"},
                    {"url": "https://rest.example", "owner_id": 43,
                     "condition": {"operations": [{"match": "path", "op": "matches", "value": "/v1/.*|/v1/?"}]}},
                    {"url": "https://by-header.example",
                     "condition": {"operations": [{"match": "header", "op": "==", "header_name": "x", "value": "1"}]}}
                  ]}},
                  {"name": "apicast.policy.apicast"}
                ],
                "proxy_rules": [
                  {"http_method": "GET", "pattern": "/", "metric_system_name": "hits", "delta": 1},
                  {"http_method": "GET", "pattern": "/rooms/{id}", "metric_system_name": "joins.42", "delta": 1, "owner_id": 42, "owner_type": "BackendApi"},
                  {"http_method": "GET", "pattern": "/v1/", "metric_system_name": "hits.43", "delta": 2, "owner_id": 43, "owner_type": "BackendApi"},
                  {"http_method": "GET", "pattern": "/v1", "metric_system_name": "hits.43", "delta": 1, "owner_id": 43, "owner_type": "BackendApi"},
                  {"http_method": "GET", "pattern": "/lost/", "metric_system_name": "hits.99", "delta": 1, "owner_id": 99, "owner_type": "BackendApi"}
                ]}},
              {"id": 2, "system_name": "second", "proxy": {
                "policy_chain": [{"name": "routing", "configuration": {"rules": [
                    {"url": "wss://rooms.example/base", "owner_id": 42,
                     "condition": {"operations": [{"match": "path", "op": "matches", "value": "^(/chat/.*|/chat/?)"}]},
                     "replace_path": "{{uri | remove_first: '/chat'}}"}]}}],
                "proxy_rules": [
                  {"http_method": "GET", "pattern": "/chat/{id}", "metric_system_name": "joins.42", "delta": 1, "owner_id": 42, "owner_type": "BackendApi"}
                ]}}
            ]}
            """;

        var answer = await ImportAsync(Services);

        Assert.Equal(
            ["/rooms backend-42", "/v1 backend-43"],
            (await app.Admin.DoAsync("GET", "/api/products/first/backends"))["items"]!.AsArray().Select(use => $"{use!["path"]} {use["backend"]}"));
        Assert.Equal(
            ["/chat backend-42"],
            (await app.Admin.DoAsync("GET", "/api/products/second/backends"))["items"]!.AsArray().Select(use => $"{use!["path"]} {use["backend"]}"));
        Assert.Equal(["/{id} joins"], await RulesAsync("backend-42"));

        // Nothing took the path away, so it goes to the backend as before.
        Assert.Equal("https://rest.example/v1", (string?)(await app.Admin.DoAsync("GET", "/api/backends/backend-43"))["private_base_url"]);
        Assert.Equal(["/ hits", "/ hits"], await RulesAsync("backend-43"));
        Assert.Equal("app_id", (string?)(await app.Admin.DoAsync("GET", "/api/products/first"))["credentials"]!["mode"]);
        Assert.Superset(
            new HashSet<string>
            {
                "/services/0/proxy/policy_chain/0/configuration/rules/2 no_counterpart",
                "/services/0/proxy/proxy_rules/3/pattern pattern_changed",
                "/services/0/proxy/proxy_rules/4 no_counterpart",
            },
            Report(answer["services"]![0]!).ToHashSet());
        Assert.Equal(0, (int)(await ImportAsync(Services))["changed"]!);

        async Task<IEnumerable<string>> RulesAsync(string backend) =>
            (await app.Admin.DoAsync("GET", $"/api/backends/{backend}/mapping-rules"))["items"]!.AsArray().Select(rule => $"{rule!["pattern"]} {rule["metric"]}");
    }

    [Fact]
    public async Task What_has_no_counterpart_stays_out_and_is_reported_with_its_place()
    {
        var answer = await ImportAsync("""
            {"oidc": [{"issuer": "https://client:password@id.example/realms/a", "config": {}}],
             "services": [
              {"id": 7, "system_name": "Staging.API", "name": "Odd", "backend_version": "oauth", "buyers_manage_apps": true, "terms": "none",
               "proxy": {
                "api_backend": "ftp://nowhere", "hosts": ["a.example"], "endpoint": "https://odd.example", "sandbox_endpoint": "https://odd.example/",
                "jwt_claim_with_client_id": "{{ resource.client }}", "jwt_claim_with_client_id_type": "liquid",
                "error_no_match": "Moved", "error_status_no_match": 302, "secret_token": "has spaces!", "hostname_rewrite": "",
                "oauth_login_url": "https://login.example",
                "policy_chain": [
                  {"name": "soap", "version": "builtin", "configuration": {"x": 1}},
                  {"name": "mine", "version": "0.1", "configuration": {}},
                  {"name": "websocket", "version": "builtin", "configuration": {"unheard": true}},
                  {"name": "apicast"}, {"name": "apicast"}
                ],
                "proxy_rules": [
                  {"http_method": "GET", "pattern": "/a/(b)$x", "metric_system_name": "hits", "delta": 1},
                  {"http_method": "GET", "pattern": "/zero", "metric_system_name": "hits", "delta": 0},
                  {"http_method": "GET", "pattern": "/ok", "metric_system_name": "My Metric", "delta": 1, "redirect_url": "https://r.example"}
                ]}}
            ]}
            """);

        var service = answer["services"]![0]!;
        Assert.Equal(("Staging.API", "staging-api"), ((string)service["service"]!, (string)service["product"]!));
        Assert.Equal(
            [
                "/oidc/0/issuer credentials_removed",
                "/services/0 renamed",
                "/services/0/buyers_manage_apps no_counterpart",
                "/services/0/proxy no_backend",
                "/services/0/proxy/api_backend invalid_url",
                "/services/0/proxy/error_no_match required",
                "/services/0/proxy/error_status_no_match out_of_range",
                "/services/0/proxy/hosts/0 no_counterpart",
                "/services/0/proxy/oauth_login_url no_counterpart",
                "/services/0/proxy/policy_chain/0/name unknown_policy",
                "/services/0/proxy/policy_chain/1/version no_counterpart",
                "/services/0/proxy/policy_chain/2/configuration/unheard unknown_member",
                "/services/0/proxy/policy_chain/4 no_counterpart",
                "/services/0/proxy/proxy_rules/0/pattern invalid_pattern",
                "/services/0/proxy/proxy_rules/1/delta too_small",
                "/services/0/proxy/proxy_rules/2/metric_system_name metric_made",
                "/services/0/proxy/proxy_rules/2/metric_system_name renamed",
                "/services/0/proxy/proxy_rules/2/redirect_url no_counterpart",
                "/services/0/proxy/sandbox_endpoint no_counterpart",
                "/services/0/proxy/secret_token invalid_token",
                "/services/0/terms no_counterpart",
            ],
            Report(service).Order(StringComparer.Ordinal));
        Assert.All(service["report"]!.AsArray(), entry => Assert.True((int)entry!["line"]! > 0));
        Assert.DoesNotContain("password", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("has spaces", answer.ToJsonString(), StringComparison.Ordinal);

        var product = await app.Admin.DoAsync("GET", "/api/products/staging-api");
        Assert.Equal("https://id.example/realms/a", (string?)product["credentials"]!["oidc"]!["issuer"]);
        Assert.Equal("resource.client", (string?)product["credentials"]!["oidc"]!["client_id_claim"]);
        Assert.Equal("https://odd.example", (string?)product["production_public_base_url"]);
        Assert.Null(product["staging_public_base_url"]);
    }

    [Theory]
    [InlineData("[]", " wrong_type")]
    [InlineData("{}", "/services required")]
    [InlineData("""{"services": {}}""", "/services wrong_type")]
    [InlineData("""{"services": [1, {"proxy": []}]}""", "/services/0 wrong_type;/services/1/proxy wrong_type")]
    public async Task What_is_no_configuration_is_refused(string json, string expected)
    {
        using var response = await app.PostDocumentAsync("/api/documents:import-3scale", json, "application/json");

        Assert.Equal(expected.Split(';'), (await response.ProblemAsync(400, "invalid")).Errors());
    }

    private async Task<JsonNode> ImportAsync(string json, string flags = "")
    {
        using var response = await app.PostDocumentAsync("/api/documents:import-3scale" + flags, json, "application/json");
        var text = await response.Content.ReadAsStringAsync().Soon();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private static IReadOnlyList<string> Report(JsonNode service) =>
        [.. service["report"]!.AsArray().Select(entry => $"{entry!["pointer"]} {entry["code"]}")];
}
