using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary>What a browser's page can do, with a client that is as strict about subprotocols as browsers are.</summary>
public sealed class PageTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private const string Members = """, "close_refusals":true, "credentials":{"subprotocol":true}""";

    private GatewayProcesses Processes => gateway.Processes;

    [Fact]
    public async Task A_page_connects_with_its_key_as_a_subprotocol_and_is_told_by_a_close_when_it_may_not()
    {
        var product = await EchoProduct.CreateAsync(Processes, "pages", members: Members);

        await Conversation.HoldAsync("page with its key", product.Url(Processes, "production", "/of-a-page"));
        await Conversation.HoldAsync("page that is refused", product.Url(Processes, "production", "/of-nobody"));

        var heard = Assert.Single(Processes.Heard, line => line.Contains("/of-a-page", StringComparison.Ordinal));
        Assert.DoesNotContain(product.UserKey, heard, StringComparison.Ordinal);
        Assert.DoesNotContain(Processes.Heard, line => line.Contains("/of-nobody", StringComparison.Ordinal));
        Assert.DoesNotContain(Processes.Relay.Output, line => line.Contains(product.UserKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ticket_that_a_server_has_bought_opens_one_connection_of_its_page()
    {
        var product = await EchoProduct.CreateAsync(Processes, "ticketed", members: Members);
        var ticket = await BuyAsync(product, "/of-a-ticket");

        await Conversation.HoldAsync("page with a ticket", Processes.Url($"/ticketed/of-a-ticket?ticket={ticket}"));

        var heard = Assert.Single(Processes.Heard, line => line.Contains("/of-a-ticket", StringComparison.Ordinal));
        Assert.DoesNotContain(ticket, heard, StringComparison.Ordinal);
    }

    private async Task<string> BuyAsync(EchoProduct product, string path)
    {
        using var http = new HttpClient();
        using var body = new StringContent(
            $$"""{"user_key":"{{product.UserKey}}","path":"{{path}}","origin":"https://app.example.com"}""",
            MediaTypeHeaderValue.Parse("application/json"));
        using var answer = await http.PostAsync(
            new Uri($"http://127.0.0.1:{Processes.Functions.Port}/api/products/{product.Name}/tickets"), body).Soon();
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync().Soon())!["ticket"]!;
    }
}
