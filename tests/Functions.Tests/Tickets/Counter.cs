using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Tickets;

/// <summary>Where tickets to a market are bought and used.</summary>
/// <param name="Buyer">Calls without a token.</param>
/// <param name="Market">The product.</param>
/// <param name="Application">An application of it, as it was made.</param>
internal sealed record Counter(HttpClient Buyer, Market Market, JsonNode Application)
{
    public static async Task<Counter> OpenAsync(FunctionsApp app, string product = "", string application = "")
    {
        var market = await Market.OpenAsync(app.Admin, product);
        return new(app.Anonymous, market, await market.SellAsync(application));
    }

    public string Tickets => $"/api/products/{Market.Product}/tickets";

    public string Key => (string)Application["user_key"]!;

    public Task<HttpResponseMessage> TryBuyAsync(string members) => Buyer.SendAsync("POST", Tickets, $"{{{members}}}");

    /// <summary>Buys a ticket for a path, and for an origin if given.</summary>
    public async Task<string> BuyAsync(string path = "/room", string? origin = null)
    {
        var rest = origin is null ? "" : $",\"origin\":\"{origin}\"";
        return (string)(await Buyer.DoAsync("POST", Tickets, $$"""{"user_key":"{{Key}}","path":"{{path}}"{{rest}}}"""))["ticket"]!;
    }

    /// <summary>Uses a ticket, as a relay does, and gives the answer.</summary>
    public Task<JsonNode> UseAsync(string ticket, string path = "/room", string? origin = null, HttpClient? relay = null)
    {
        var rest = origin is null ? "" : $",\"origin\":\"{origin}\"";
        return (relay ?? Market.Admin).DoAsync(
            "POST",
            "/api/relay/authorize",
            $$"""{"product":"{{Market.Product}}","ticket":"{{ticket}}","path":"{{path}}","usage":{"hits":1}{{rest}}}""");
    }

    /// <summary>Why a ticket is refused, or <c>yes</c>.</summary>
    public async Task<string> JudgeAsync(string ticket, string path = "/room", string? origin = null, HttpClient? relay = null)
    {
        var answer = await UseAsync(ticket, path, origin, relay);
        Assert.Equal(0, (int)answer["cache_seconds"]!);
        return (bool)answer["authorized"]! ? "yes" : (string)answer["reason"]!;
    }
}
