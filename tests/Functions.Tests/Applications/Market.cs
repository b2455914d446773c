using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Applications;

/// <summary>A product with the plan <c>basic</c>, and an account to make applications in; of names that no other test has.</summary>
internal sealed record Market(HttpClient Admin, string Product, string Account)
{
    public const string Plan = "basic";

    /// <param name="admin">Who opens it.</param>
    /// <param name="members">More members of the product, if any.</param>
    public static async Task<Market> OpenAsync(HttpClient admin, string members = "")
    {
        var name = Guid.NewGuid().ToString("N")[..12];
        var market = new Market(admin, "p-" + name, "a-" + name);
        await admin.DoAsync(
            "POST",
            "/api/products",
            $$"""{"system_name":"{{market.Product}}","name":"Product"{{(members.Length > 0 ? "," + members : "")}}}""");
        await admin.DoAsync("POST", $"/api/products/{market.Product}/plans", """{"system_name":"basic","name":"Basic"}""");
        await admin.DoAsync("POST", "/api/accounts", $$"""{"system_name":"{{market.Account}}","name":"Account"}""");
        return market;
    }

    /// <summary>Makes an application, with more members if given, and gives the answer: the key is in it.</summary>
    public Task<JsonNode> SellAsync(string members = "") =>
        Admin.DoAsync("POST", $"/api/accounts/{Account}/applications", Body(members));

    public Task<HttpResponseMessage> TrySellAsync(string members = "") =>
        Admin.SendAsync("POST", $"/api/accounts/{Account}/applications", Body(members));

    public Task LimitAsync(string metric, string period, long value) => Admin.DoAsync(
        "POST",
        $"/api/products/{Product}/plans/{Plan}/limits",
        $$"""{"metric":"{{metric}}","period":"{{period}}","value":{{value}}}""");

    public Task AddMetricAsync(string metric) => Admin.DoAsync(
        "POST",
        $"/api/products/{Product}/metrics",
        $$"""{"system_name":"{{metric}}","name":"Metric","unit":"piece"}""");

    /// <summary>Asks as a relay does.</summary>
    public Task<JsonNode> AuthorizeAsync(string userKey, string usage = """{"hits":1}""", HttpClient? client = null) =>
        (client ?? Admin).DoAsync(
            "POST",
            "/api/relay/authorize",
            $$"""{"product":"{{Product}}","user_key":"{{userKey}}","usage":{{usage}}}""");

    /// <summary>Why a key is refused, or <c>yes</c>.</summary>
    public async Task<string> JudgeAsync(string userKey, string usage = """{"hits":1}""")
    {
        var answer = await AuthorizeAsync(userKey, usage);
        return (bool)answer["authorized"]! ? "yes" : (string)answer["reason"]!;
    }

    /// <summary>Why these members, a credential and what else a relay says, are refused, or <c>yes</c>.</summary>
    public async Task<string> JudgeMembersAsync(string members)
    {
        var answer = await Admin.DoAsync("POST", "/api/relay/authorize", $$"""{"product":"{{Product}}",{{members}}}""");
        return (bool)answer["authorized"]! ? "yes" : (string)answer["reason"]!;
    }

    private string Body(string members) =>
        $$"""{"product":"{{Product}}","plan":"{{Plan}}","name":"Application"{{(members.Length > 0 ? "," + members : "")}}}""";
}
