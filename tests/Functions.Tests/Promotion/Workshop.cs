using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Promotion;

/// <summary>A product that can be promoted, of a name that no other test has.</summary>
internal sealed record Workshop(HttpClient Admin, string Product)
{
    public string Configs => $"/api/products/{Product}/configs";

    public static async Task<Workshop> OpenAsync(HttpClient admin)
    {
        var name = "p-" + Guid.NewGuid().ToString("N")[..12];
        var workshop = new Workshop(admin, name);
        await workshop.MakeAsync();
        return workshop;
    }

    /// <summary>Makes the product, with everything that promotion asks for.</summary>
    public async Task MakeAsync()
    {
        using var backend = await Admin.SendAsync(
            "POST",
            "/api/backends",
            $$$"""{"system_name":"{{{Product}}}","name":"B","private_base_url":"wss://localhost:8443/base","tls":{"insecure":true}}""");
        await Admin.DoAsync("POST", "/api/products", $$"""{"system_name":"{{Product}}","name":"P"}""");
        await Admin.DoAsync("POST", $"/api/products/{Product}/backends", $$"""{"backend":"{{Product}}"}""");
        await AddRuleAsync("/");
        await Admin.DoAsync("PUT", $"/api/products/{Product}/policies", """{"policies":[{"name":"websocket"},{"name":"apicast","enabled":false}]}""", "*");
    }

    public Task AddRuleAsync(string pattern) => Admin.DoAsync(
        "POST",
        $"/api/products/{Product}/mapping-rules",
        $$"""{"method":"GET","pattern":"{{pattern}}","metric":"hits"}""");

    public Task<JsonNode> PromoteAsync(string environment) => Admin.DoAsync("POST", $"{Configs}/{environment}:promote");

    /// <summary>Makes so many versions, each in staging and in production.</summary>
    public async Task ReleaseAsync(int versions)
    {
        for (var version = 1; version <= versions; version++)
        {
            await AddRuleAsync($"/v{version}");
            await PromoteAsync("staging");
            await PromoteAsync("production");
        }
    }

    /// <summary>The version that an environment serves.</summary>
    public async Task<int> ServedAsync(string environment) =>
        (int)(await Admin.DoAsync("GET", $"{Configs}/{environment}"))["version"]!;
}
