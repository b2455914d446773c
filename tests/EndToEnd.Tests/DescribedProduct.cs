namespace Serverless.EndToEnd.Tests;

/// <summary>A product over the echo server that one document describes, live in production, with an account for its applications.</summary>
internal static class DescribedProduct
{
    /// <summary>Applies the document, promotes the product, and waits until the relay serves it.</summary>
    /// <param name="gateway">Where.</param>
    /// <param name="name">System name of product, backend and account.</param>
    /// <param name="credentials">The product's credentials, as JSON.</param>
    public static async Task CreateAsync(GatewayProcesses gateway, string name, string credentials)
    {
        var api = gateway.Management;
        await api.ApplyAsync($$"""
            product:
              system_name: {{name}}
              name: Described
              credentials: {{credentials}}
              error_answers:
                limits_exceeded: {status: 429, text: come back next year}
              backends:
                - path: /
                  backend:
                    system_name: {{name}}
                    name: Echo
                    private_base_url: wss://localhost:{{gateway.Server.Port}}
                    tls: {pinned_sha256: "{{gateway.ServerSha256}}"}
                    metrics:
                      - {system_name: joins, name: Joins, parent: hits}
                    mapping_rules:
                      - {method: GET, pattern: /joined, metric: joins}
              mapping_rules:
                - {method: GET, pattern: /, metric: hits}
              policies:
                - name: websocket
              plans:
                - system_name: basic
                  name: Basic
                  default: true
                  limits:
                    - {metric: joins.{{name}}, period: year, value: 2}
            """);
        await api.PostAsync("/api/accounts", $$"""{"system_name":"{{name}}","name":"Developer"}""");
        await api.PostAsync($"/api/products/{name}/configs/staging:promote", "{}");
        await api.PostAsync($"/api/products/{name}/configs/production:promote", "{}");
        await Handshake.AnsweredAsync(gateway.Url($"/{name}/", "http"), answer => answer.Code != "product_not_found");
    }
}
