using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Functions.Http;
using Serverless.Functions.Policies;
using Serverless.Functions.Tests.Declarative;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Promotion;

namespace Serverless.Functions.Tests.Policies;

/// <summary>What the policy <c>headers</c> gives as credentials to backends is for relays alone.</summary>
public sealed class HeaderSecretsTests
{
    [Theory]
    [InlineData("Authorization", true)]
    [InlineData("X-Forwarded-Authorization", true)]
    [InlineData("COOKIE", true)]
    [InlineData("Set-Cookie", true)]
    [InlineData("X-API-Key", true)]
    [InlineData("api_token", true)]
    [InlineData("X-Client-Secret", true)]
    [InlineData("X-Password", true)]
    [InlineData("X-Environment", false)]
    [InlineData("Server", false)]
    public void A_header_carries_credentials_when_its_name_says_so(string header, bool expected) =>
        Assert.Equal(expected, HeaderSecrets.IsSecret(header));

    [Theory]
    [InlineData("""{"request":[{"op":"set","header":"authorization"},{"op":"set","header":"X","value":"1"}]}""", "first")]
    [InlineData("""{"request":[{"op":"set","header":"Authorization","value":"new"}]}""", "new")]
    [InlineData("""{"request":[{"op":"add","header":"Authorization"}]}""", null)]
    [InlineData("""{"response":[{"op":"set","header":"Authorization"}]}""", null)]
    [InlineData("""{"request":[{"op":"set","header":"Authorization"},{"op":"set","header":"Authorization","value":"x"}]}""", null)]
    public void A_value_is_kept_for_the_same_operation_as_before_and_for_no_other(string json, string? value)
    {
        var headers = Catalogue.Find(Catalogue.Headers)!;
        var before = JsonElement.Parse("""{"request":[{"op":"delete","header":"Cookie"},{"op":"set","header":"Authorization","value":"first"}]}""");

        var kept = headers.KeepSecrets(JsonElement.Parse(json), before);

        var errors = new Errors();
        headers.CheckComplete(kept, "", errors);
        Assert.Equal(value is null ? 1 : 0, errors.Found.Count(error => error is { Code: "required" } && error.At.EndsWith("/0/value", StringComparison.Ordinal)));
        Assert.Equal(value, kept.EnumerateObject().First().Value[0].TryGetProperty("value", out var found) ? found.GetString() : null);
    }

    [Fact]
    public async Task No_answer_no_document_and_no_audit_entry_has_it_and_relays_do()
    {
        const string Secret = "Basic-of-the-backend-0123456789";
        await using var app = await FunctionsApp.StartAsync();
        var workshop = await Workshop.OpenAsync(app.Admin);
        var path = $"/api/products/{workshop.Product}/policies";
        const string Chain = """
            {"policies":[{"name":"websocket"},{"name":"headers","configuration":{"request":[
            {"op":"set","header":"X-Environment","value":"staging"},{"op":"set","header":"Authorization"VALUE}]}}]}
            """;
        using var never = await app.Admin.SendAsync("PUT", path, Chain.Replace("VALUE", "", StringComparison.Ordinal), "*");
        Assert.Equal(
            ["/policies/1/configuration/request/1/value required"],
            (await never.ProblemAsync(400, "invalid")).Errors());

        var answers = new List<JsonNode>
        {
            await app.Admin.DoAsync("PUT", path, Chain.Replace("VALUE", $",\"value\":\"{Secret}\"", StringComparison.Ordinal), "*"),
            await app.Admin.DoAsync("GET", path),
            await app.Admin.DoAsync("PUT", path, Chain.Replace("VALUE", "", StringComparison.Ordinal), "*"),
            await app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/changes"),
            await workshop.PromoteAsync("staging"),
            await app.Admin.DoAsync("GET", $"/api/products/{workshop.Product}/versions/1"),
        };
        var document = await app.ExportAsync(workshop.Product);
        var applied = await app.ApplyAsync(document, "?prune=true");
        answers.Add(await app.Admin.DoAsync("GET", "/api/audit"));

        Assert.Contains("X-Environment", document, StringComparison.Ordinal);
        Assert.Equal(0, (int)applied["changed"]!);
        Assert.All(answers, answer => Assert.DoesNotContain(Secret, answer.ToJsonString(), StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, document, StringComparison.Ordinal);
        var index = await app.Admin.DoAsync("GET", "/api/relay/configuration");
        var pointer = index["pointers"]!.AsArray().Single(p => (string?)p!["product"] == workshop.Product)!;
        var served = await app.Admin.DoAsync("GET", $"/api/relay/configuration/{workshop.Product}/{pointer["generation"]}/1");
        Assert.Equal(Secret, (string?)served["policy_chain"]![1]!["configuration"]!["request"]![1]!["value"]);
    }
}
