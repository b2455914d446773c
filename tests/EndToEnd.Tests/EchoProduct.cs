namespace Serverless.EndToEnd.Tests;

/// <summary>A product over the echo server, with an application and its key, live in both environments.</summary>
internal sealed class EchoProduct
{
    private EchoProduct(string name, string userKey)
    {
        Name = name;
        UserKey = userKey;
    }

    public string Name { get; }

    public string UserKey { get; }

    /// <summary>Describes the product as an operator would, step by step.</summary>
    /// <param name="gateway">Where.</param>
    /// <param name="name">System name of product, backend, account and application.</param>
    /// <param name="backendUrl">Private base URL; the echo server's when null.</param>
    /// <param name="pattern">Pattern of the one mapping rule.</param>
    /// <param name="policies">Policy chain; the websocket policy when null.</param>
    /// <param name="members">More members of the product, each after a comma.</param>
    public static async Task<EchoProduct> CreateAsync(
        GatewayProcesses gateway,
        string name,
        string? backendUrl = null,
        string pattern = "/",
        string policies = """[{"name":"websocket"}]""",
        string members = "")
    {
        var api = gateway.Management;
        var product = $"/api/products/{name}";
        var url = backendUrl ?? $"wss://localhost:{gateway.Server.Port}";
        var tls = backendUrl is null ? $$""", "tls": {"pinned_sha256":"{{gateway.ServerSha256}}"}""" : "";
        await api.PostAsync("/api/backends", $$"""{"system_name":"{{name}}","name":"Echo","private_base_url":"{{url}}"{{tls}} }""");
        await api.PostAsync("/api/products", $$"""{"system_name":"{{name}}","name":"Echo"{{members}}}""");
        await api.PostAsync($"{product}/backends", $$"""{"backend":"{{name}}","path":"/"}""");
        await api.PostAsync($"{product}/mapping-rules", $$"""{"method":"GET","pattern":"{{pattern}}","metric":"hits"}""");
        await api.PutAsync($"{product}/policies", $$"""{"policies":{{policies}}}""");
        await api.PostAsync($"{product}/plans", """{"system_name":"basic","name":"Basic"}""");
        await api.PostAsync("/api/accounts", $$"""{"system_name":"{{name}}","name":"Developer"}""");
        var application = await api.PostAsync(
            $"/api/accounts/{name}/applications",
            $$"""{"id":"{{name}}","product":"{{name}}","plan":"basic","name":"Client"}""");
        await api.PostAsync($"{product}/configs/staging:promote", "{}");
        await api.PostAsync($"{product}/configs/production:promote", "{}");

        var echo = new EchoProduct(name, application["user_key"]!.GetValue<string>());
        await Handshake.AnsweredAsync(gateway.Url($"/{name}/", "http"), answer => answer.Code != "product_not_found");
        return echo;
    }

    /// <summary>Identifiers of the application's keys.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(GatewayProcesses gateway)
    {
        var keys = await gateway.Management.GetAsync($"/api/applications/{Name}/keys");
        return [.. keys["items"]!.AsArray().Select(key => key!["id"]!.GetValue<string>())];
    }

    /// <summary>Where the product is reached, key included.</summary>
    public Uri Url(GatewayProcesses gateway, string environment, string path = "/") =>
        gateway.Url($"{(environment == "staging" ? "/staging" : "")}/{Name}{path}?user_key={UserKey}");
}
