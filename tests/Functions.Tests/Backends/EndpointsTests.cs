using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Backends;

/// <summary>Backends with several addresses, and the certificate shown to them.</summary>
public sealed class EndpointsTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task Up_to_fifteen_further_addresses_are_kept_in_their_order()
    {
        var endpoints = Enumerable.Range(1, 15).Reverse().Select(n => $"wss://h{n}:8443/base").ToList();
        await app.Admin.DoAsync("POST", "/api/backends", Body("many", "https://h", endpoints));

        var read = await app.Admin.DoAsync("GET", "/api/backends/many");
        Assert.Equal(endpoints, read["endpoints"]!.AsArray().Select(url => (string)url!));

        await app.Admin.DoAsync("PUT", "/api/backends/many", Body("many", "https://h", []), "*");
        Assert.Null((await app.Admin.DoAsync("GET", "/api/backends/many"))["endpoints"]);
    }

    [Fact]
    public async Task Sixteen_are_refused()
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/backends",
            Body("bad", "https://h", [.. Enumerable.Range(0, 16).Select(n => $"https://h{n}")]));

        Assert.Equal(["/endpoints too_many"], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task The_longest_addresses_fit_into_storage()
    {
        string Long(int n) => $"wss://h{n}/".PadRight(2048, 'a');

        await app.Admin.DoAsync("POST", "/api/backends", Body("long", Long(0), [.. Enumerable.Range(10, 15).Select(Long)]));

        Assert.Equal(15, (await app.Admin.DoAsync("GET", "/api/backends/long"))["endpoints"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("wss://h", "wss://h2", "ws://h3", "/endpoints/1 contradiction")]
    [InlineData("https://h", "http://h2", "wss://h3", "/endpoints/0 contradiction")]
    [InlineData("http://h", "https://h2", "wss://h3", "/endpoints/0 contradiction,/endpoints/1 contradiction")]
    [InlineData("https://h", "https://h2", "https://h2", "/endpoints/1 duplicate")]
    [InlineData("https://h", "https://h", "https://h2", "/endpoints/0 duplicate")]
    [InlineData("https://h", "wss://H:443/", "https://h2", "/endpoints/0 duplicate")]
    [InlineData("https://h", "nowhere", "https://h2?x", "/endpoints/0 invalid_url,/endpoints/1 invalid_url")]
    [InlineData("nowhere", "https://h", "ws://h2", "/private_base_url invalid_url")]
    [InlineData("nowhere", "https://h", "https://h", "/endpoints/1 duplicate,/private_base_url invalid_url")]
    public async Task Addresses_that_do_not_go_together_are_refused(string first, string second, string third, string errors)
    {
        using var response = await app.Admin.SendAsync("POST", "/api/backends", Body("bad", first, [second, third]));

        Assert.Equal(errors.Split(','), (await response.ProblemAsync(400, "invalid")).Errors().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\"https://h\"", "/endpoints wrong_type")]
    [InlineData("[1]", "/endpoints/0 wrong_type")]
    [InlineData("[null]", "/endpoints/0 wrong_type")]
    [InlineData("[{}]", "/endpoints/0 wrong_type")]
    public async Task Addresses_that_are_no_list_of_texts_are_refused(string endpoints, string error)
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/backends",
            $$"""{"system_name":"bad","name":"n","private_base_url":"https://h","endpoints":{{endpoints}}}""");

        Assert.Equal([error], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task A_client_certificate_is_named_as_it_is_among_the_relays_settings()
    {
        await app.Admin.DoAsync(
            "POST",
            "/api/backends",
            """{"system_name":"mtls","name":"n","private_base_url":"wss://h","tls":{"client_certificate":"partner-1"}}""");

        Assert.Equal(
            """{"client_certificate":"partner-1","insecure":false}""",
            (await app.Admin.DoAsync("GET", "/api/backends/mtls"))["tls"]!.ToJsonString());
    }

    [Theory]
    [InlineData("wss", "\"No Slug\"", "/tls/client_certificate invalid_slug")]
    [InlineData("wss", "\"../secret\"", "/tls/client_certificate invalid_slug")]
    [InlineData("wss", "\"\"", "/tls/client_certificate invalid_slug")]
    [InlineData("wss", "1", "/tls/client_certificate wrong_type")]
    [InlineData("http", "\"partner\"", "/tls no_tls")]
    [InlineData("ws", "\"partner\"", "/tls no_tls")]
    public async Task A_client_certificate_that_cannot_be_shown_is_refused(string scheme, string name, string error)
    {
        using var response = await app.Admin.SendAsync(
            "POST",
            "/api/backends",
            $$$"""{"system_name":"bad","name":"n","private_base_url":"{{{scheme}}}://h","tls":{"client_certificate":{{{name}}}}}""");

        Assert.Equal([error], (await response.ProblemAsync(400, "invalid")).Errors());
    }

    private static string Body(string name, string url, IReadOnlyList<string> endpoints) => new JsonObject
    {
        ["system_name"] = name,
        ["name"] = "n",
        ["private_base_url"] = url,
        ["endpoints"] = new JsonArray([.. endpoints.Select(endpoint => JsonValue.Create(endpoint))]),
    }.ToJsonString();
}
