using System.Net;
using System.Text.Json;
using Serverless.Contracts;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Promotion;

public sealed class RelayConfigurationTests
{
    [Fact]
    public async Task The_index_names_what_is_served_and_changes_with_that_alone()
    {
        await using var app = await FunctionsApp.StartAsync();
        var (empty, none) = await IndexAsync(app);
        Assert.Empty(empty.Pointers);
        var (one, two) = (await Workshop.OpenAsync(app.Admin), await Workshop.OpenAsync(app.Admin));
        await one.ReleaseAsync(2);
        await two.PromoteAsync("staging");

        var (index, tag) = await IndexAsync(app);
        Assert.NotEqual(none, tag);
        Assert.Equal(
            new[] { (one.Product, "staging", 2), (one.Product, "production", 2), (two.Product, "staging", 1) }.Order(),
            index.Pointers.Select(pointer => (pointer.Product, pointer.Environment, pointer.Version)).Order());

        await two.AddRuleAsync("/not-promoted");
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(app, "/api/relay/configuration", tag));
        await two.PromoteAsync("staging");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/api/relay/configuration", tag));
        var (_, second) = await IndexAsync(app);
        await app.Admin.DoAsync("POST", two.Configs + "/staging:rollback");
        Assert.Equal(tag, (await IndexAsync(app)).Tag);
        Assert.NotEqual(tag, second);
    }

    [Fact]
    public async Task A_version_is_given_as_it_was_frozen_and_for_ever()
    {
        await using var app = await FunctionsApp.StartAsync();
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(1);
        var pointer = (await IndexAsync(app)).Index.Pointers[0];
        var address = $"/api/relay/configuration/{pointer.Product}/{pointer.Generation}/{pointer.Version}";

        using var answer = await app.Admin.GetAsync(address).Soon();

        Assert.True(answer.Headers.CacheControl!.Private);
        Assert.Contains("immutable", answer.Headers.CacheControl.ToString(), StringComparison.Ordinal);
        var json = await answer.Content.ReadAsStringAsync().Soon();
        var snapshot = JsonSerializer.Deserialize(json, ContractsJson.Default.ProductSnapshot)!;
        Assert.Equal((workshop.Product, 1, "wss://localhost:8443/base"), (snapshot.Product, snapshot.Version, snapshot.Backends[0].PrivateBaseUrl.ToString()));
        Assert.True(snapshot.Backends[0].Tls.Insecure);
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(app, address, answer.Headers.ETag!.ToString()));
        await workshop.ReleaseAsync(2);
        Assert.Equal(json, await app.Admin.GetStringAsync(address).Soon());
    }

    [Theory]
    [InlineData("none/0123456789abcdef/1")]
    [InlineData("PRODUCT/0123456789abcdef/1")]
    [InlineData("PRODUCT/GENERATION/2")]
    [InlineData("PRODUCT/GENERATION/0")]
    [InlineData("PRODUCT/GENERATION/-1")]
    [InlineData("PRODUCT/GENERATION/99999999999")]
    [InlineData("PRODUCT/GENERATION/latest")]
    [InlineData("a%2fb/c%23d/1")]
    public async Task A_version_that_is_not_there_is_not_found(string path)
    {
        await using var app = await FunctionsApp.StartAsync();
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(1);
        var pointer = (await IndexAsync(app)).Index.Pointers[0];

        using var missing = await app.Admin.SendAsync("GET", "/api/relay/configuration/" + path
            .Replace("PRODUCT", pointer.Product, StringComparison.Ordinal)
            .Replace("GENERATION", pointer.Generation, StringComparison.Ordinal));

        await missing.ProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task A_deleted_product_is_served_no_more_and_one_of_its_name_begins_anew()
    {
        await using var app = await FunctionsApp.StartAsync();
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(2);
        var old = (await IndexAsync(app)).Index.Pointers[0];

        await app.Admin.DoAsync("DELETE", $"/api/products/{workshop.Product}", ifMatch: "*");
        Assert.Empty((await IndexAsync(app)).Index.Pointers);

        await workshop.MakeAsync();
        Assert.Empty((await IndexAsync(app)).Index.Pointers);
        using var nothing = await app.Admin.GetAsync(workshop.Configs + "/production").Soon();
        await nothing.ProblemAsync(404, "not_found");
        using var rollback = await app.Admin.SendAsync("POST", workshop.Configs + "/production:rollback");
        await rollback.ProblemAsync(409, "nothing_to_roll_back");
        await workshop.PromoteAsync("staging");

        var anew = Assert.Single((await IndexAsync(app)).Index.Pointers);
        Assert.Equal((workshop.Product, "staging", 1), (anew.Product, anew.Environment, anew.Version));
        Assert.NotEqual(old.Generation, anew.Generation);
    }

    private static async Task<(ConfigurationIndex Index, string Tag)> IndexAsync(FunctionsApp app)
    {
        using var answer = await app.Admin.GetAsync("/api/relay/configuration").Soon();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var json = await answer.Content.ReadAsStringAsync().Soon();
        return (JsonSerializer.Deserialize(json, ContractsJson.Default.ConfigurationIndex)!, answer.Headers.ETag!.ToString());
    }

    private static async Task<HttpStatusCode> StatusAsync(FunctionsApp app, string path, string knownTag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", knownTag);
        using var answer = await app.Admin.SendAsync(request).Soon();
        return answer.StatusCode;
    }
}
