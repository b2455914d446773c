using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Metering;

/// <summary>Reports as a relay does, under a name that no other test has.</summary>
internal sealed record Reporter(HttpClient Client)
{
    public string Relay { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>An entry of a report.</summary>
    public static string Entry(Market market, JsonNode application, string usage) =>
        $$"""{"product":"{{market.Product}}","application":"{{application["id"]}}","usage":{{usage}}}""";

    public Task<HttpResponseMessage> TryReportAsync(long sequence, params string[] entries) => Client.SendAsync(
        "POST",
        "/api/relay/usage",
        $$"""{"relay":"{{Relay}}","sequence":{{sequence}},"entries":[{{string.Join(',', entries)}}]}""");

    /// <summary>The answers to the entries of a report that is taken.</summary>
    public async Task<JsonArray> ReportAsync(long sequence, params string[] entries)
    {
        using var response = await TryReportAsync(sequence, entries);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.JsonAsync())["entries"]!.AsArray();
    }

    /// <summary>How much of a metric an application has used, by the first limit on it; told without reporting anything.</summary>
    public async Task<long> UsedAsync(Market market, JsonNode application, string metric)
    {
        var answer = Assert.Single(await ReportAsync(0, Entry(market, application, "{}")))!;
        return (long)answer["limits"]!.AsArray().First(limit => (string?)limit!["metric"] == metric)!["used"]!;
    }
}
