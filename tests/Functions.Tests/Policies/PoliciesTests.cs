using System.Net;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Policies;

public sealed class PoliciesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_chain_is_replaced_as_a_whole_and_keeps_its_order()
    {
        await app.MakeProductAsync("p-chain");
        using var empty = await app.Admin.GetAsync("/api/products/p-chain/policies").Soon();

        using var replaced = await app.Admin.SendAsync(
            "PUT",
            "/api/products/p-chain/policies",
            """{"policies":[{"name":"websocket","version":"builtin","configuration":{},"enabled":false},{"name":"apicast"}]}""",
            empty.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        using var read = await app.Admin.GetAsync("/api/products/p-chain/policies").Soon();
        Assert.Equal(replaced.Headers.ETag, read.Headers.ETag);
        Assert.Equal(
            """
            {"policies":[{"name":"websocket","version":"builtin","configuration":{},"enabled":false},
            {"name":"apicast","version":"builtin","configuration":{},"enabled":true}]}
            """.ReplaceLineEndings(""),
            await read.Content.ReadAsStringAsync().Soon());
    }

    [Theory]
    [InlineData("""{}""", "/policies required")]
    [InlineData("""{"policies":{}}""", "/policies wrong_type")]
    [InlineData("""{"policies":[null]}""", "/policies/0 wrong_type")]
    [InlineData("""{"policies":["websocket"]}""", "/policies/0 wrong_type")]
    [InlineData("""{"policies":[{}]}""", "/policies/0/name required")]
    [InlineData("""{"policies":[{"name":"websocket"},{"name":"nonsense"}]}""", "/policies/1/name unknown_policy")]
    [InlineData("""{"policies":[{"name":"websocket"},{"name":"websocket"}]}""", "/policies/1/name duplicate")]
    [InlineData("""{"policies":[{"name":"websocket","version":"2.0"}]}""", "/policies/0/version unknown_version")]
    [InlineData("""{"policies":[{"name":"websocket","configuration":[]}]}""", "/policies/0/configuration wrong_type")]
    [InlineData("""{"policies":[{"name":"websocket","enabled":1}]}""", "/policies/0/enabled wrong_type")]
    public async Task A_chain_that_cannot_work_is_refused(string json, string error)
    {
        await app.Admin.SendAsync("POST", "/api/products", """{"system_name":"p-bad","name":"n"}""");

        using var response = await app.Admin.SendAsync("PUT", "/api/products/p-bad/policies", json, "*");

        Assert.Equal([error], (await response.ProblemAsync(400, "invalid")).Errors());
        Assert.Equal("""{"policies":[]}""", (await app.Admin.DoAsync("GET", "/api/products/p-bad/policies")).ToJsonString());
    }

    [Fact]
    public async Task A_member_in_the_configuration_of_a_policy_without_one_is_refused_by_name_with_all_else_that_is_wrong()
    {
        await app.MakeProductAsync("p-config");

        using var response = await app.Admin.SendAsync(
            "PUT",
            "/api/products/p-config/policies",
            """{"policies":[{"name":"websocket","configuration":{"a/b":1,"c~":{}}},{"name":"apicast","order":1}],"extra":true}""",
            "*");

        Assert.Equal(
            [
                "/policies/1/order unknown_member",
                "/extra unknown_member",
                "/policies/0/configuration/a~1b unknown_member",
                "/policies/0/configuration/c~0 unknown_member",
            ],
            (await response.ProblemAsync(400, "unknown_member")).Errors());
    }

    [Fact]
    public async Task A_stale_tag_changes_nothing()
    {
        await app.MakeProductAsync("p-stale");
        using var empty = await app.Admin.GetAsync("/api/products/p-stale/policies").Soon();
        await app.Admin.DoAsync("PUT", "/api/products/p-stale/policies", """{"policies":[{"name":"websocket"}]}""", "*");

        using var response = await app.Admin.SendAsync(
            "PUT",
            "/api/products/p-stale/policies",
            """{"policies":[]}""",
            empty.Headers.ETag!.ToString());

        await response.ProblemAsync(412, "etag_mismatch");
        Assert.Single((await app.Admin.DoAsync("GET", "/api/products/p-stale/policies"))["policies"]!.AsArray());
    }
}
