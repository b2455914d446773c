using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Promotion;

public sealed class PromotionTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_draft_becomes_version_1_in_staging_and_then_goes_on_to_production()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);

        using var staged = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote");
        Assert.Equal(HttpStatusCode.Created, staged.StatusCode);
        Assert.Equal(workshop.Configs + "/staging", staged.Headers.Location?.ToString());
        var version = await staged.JsonAsync();
        Assert.Equal(
            (workshop.Product, "staging", 1),
            ((string?)version["product"], (string?)version["environment"], (int?)version["version"]));
        var content = JsonNode.Parse(
            """
            {"product":"P","version":1,"secret_token_set":false,"close_refusals":false,"error_answers":{},
             "credentials":{"mode":"user_key","location":"query","user_key_name":"user_key","app_id_name":"app_id","app_key_name":"app_key","subprotocol":false},
             "backends":[{"backend":"P","path":"/","private_base_url":"wss://localhost:8443/base","endpoints":[],"tls":{"insecure":true}}],
             "mapping_rules":[{"method":"GET","pattern":"/","metric":"hits","delta":1,"last":false}],
             "message_rules":[],
             "policy_chain":[{"name":"websocket","configuration":{}}]}
            """.Replace("\"P\"", $"\"{workshop.Product}\"", StringComparison.Ordinal));
        Assert.True(JsonNode.DeepEquals(content, version["content"]), version["content"]!.ToJsonString());

        using var produced = await app.Admin.SendAsync("POST", workshop.Configs + "/production:promote", """{"version":1}""");
        Assert.Equal(HttpStatusCode.Created, produced.StatusCode);
        using var read = await app.Admin.GetAsync(workshop.Configs + "/production").Soon();
        Assert.Equal(produced.Headers.ETag, read.Headers.ETag);
        Assert.Equal((await produced.JsonAsync()).ToJsonString(), (await read.JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task An_unchanged_draft_is_the_version_that_it_is_already()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        using var first = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote");
        await workshop.PromoteAsync("production");

        using var second = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote", "{}");
        using var again = await app.Admin.SendAsync("POST", workshop.Configs + "/production:promote");

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal((await first.JsonAsync()).ToJsonString(), (await second.JsonAsync()).ToJsonString());
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Single((await app.Admin.DoAsync("GET", workshop.Configs))["items"]!.AsArray());
    }

    [Fact]
    public async Task Nothing_that_is_edited_is_served_before_it_is_promoted()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(1);
        var before = (await app.Admin.DoAsync("GET", workshop.Configs + "/production")).ToJsonString();

        await workshop.AddRuleAsync("/new");
        await app.Admin.DoAsync("PUT", $"/api/backends/{workshop.Product}", """{"name":"B","private_base_url":"http://elsewhere"}""", "*");
        await app.Admin.DoAsync("PUT", $"/api/products/{workshop.Product}/policies", """{"policies":[]}""", "*");
        Assert.Equal(before, (await app.Admin.DoAsync("GET", workshop.Configs + "/production")).ToJsonString());
        await workshop.PromoteAsync("staging");

        Assert.Equal(before, (await app.Admin.DoAsync("GET", workshop.Configs + "/production")).ToJsonString());
        var staged = await app.Admin.DoAsync("GET", workshop.Configs + "/staging");
        Assert.Equal("http://elsewhere", (string?)staged["content"]!["backends"]![0]!["private_base_url"]);
        Assert.Empty(staged["content"]!["policy_chain"]!.AsArray());
    }

    [Fact]
    public async Task Production_takes_only_what_staging_serves()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        using var early = await app.Admin.SendAsync("POST", workshop.Configs + "/production:promote");
        await early.ProblemAsync(409, "version_not_in_staging");
        await workshop.ReleaseAsync(1);
        await workshop.AddRuleAsync("/new");
        await workshop.PromoteAsync("staging");

        foreach (var version in new[] { 1, 3 })
        {
            using var refused = await app.Admin.SendAsync("POST", workshop.Configs + "/production:promote", $$"""{"version":{{version}}}""");
            await refused.ProblemAsync(409, "version_not_in_staging");
        }

        Assert.Equal(1, await workshop.ServedAsync("production"));
    }

    [Fact]
    public async Task A_draft_that_cannot_work_is_refused_with_all_that_is_wrong()
    {
        await app.MakeProductAsync("empty-draft");

        using var refused = await app.Admin.SendAsync("POST", "/api/products/empty-draft/configs/staging:promote");

        Assert.Equal(
            ["/backends no_backend", "/mapping_rules no_mapping_rule"],
            (await refused.ProblemAsync(422, "not_promotable")).Errors());
        Assert.Empty((await app.Admin.DoAsync("GET", "/api/products/empty-draft/configs"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_draft_that_is_too_large_to_freeze_is_refused()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        var pem = Certificate() + "\n";
        var many = string.Concat(Enumerable.Repeat(pem, 31_000 / pem.Length)).Replace("\n", "\\n", StringComparison.Ordinal);
        for (var number = 0; number < 32; number++)
        {
            await app.Admin.DoAsync(
                "POST",
                "/api/backends",
                $$$"""{"system_name":"large-{{{number}}}","name":"B","private_base_url":"https://h","tls":{"ca_certificates":"{{{many}}}"}}""");
            await app.Admin.DoAsync("POST", $"/api/products/{workshop.Product}/backends", $$"""{"backend":"large-{{number}}","path":"/{{number}}"}""");
        }

        using var refused = await app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote");

        Assert.Equal([" too_large"], (await refused.ProblemAsync(422, "not_promotable")).Errors());
    }

    [Fact]
    public async Task Of_many_promotions_at_once_each_wins_or_is_told_and_nothing_is_half_made()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        for (var round = 0; round < 3; round++)
        {
            await workshop.AddRuleAsync($"/round{round}");
            var before = round == 0 ? 0 : await workshop.ServedAsync("staging");

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
                app.Admin.SendAsync("POST", workshop.Configs + "/staging:promote"))).Soon();

            // Whoever makes the version need not be the one who moves the pointer to it.
            Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.Created), 0, 1);
            Assert.Contains(answers, answer => answer.IsSuccessStatusCode);
            foreach (var other in answers.Where(answer => answer.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.OK)))
            {
                await other.ProblemAsync(409, "overtaken");
            }

            Assert.Equal(before + 1, await workshop.ServedAsync("staging"));
        }

        Assert.Equal(3, (await app.Admin.DoAsync("GET", workshop.Configs))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Of_two_promotions_under_the_same_condition_one_is_stale()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(1);
        using var read = await app.Admin.GetAsync(workshop.Configs + "/production").Soon();
        var tag = read.Headers.ETag!.ToString();
        await workshop.AddRuleAsync("/new");
        await workshop.PromoteAsync("staging");

        using var first = await app.Admin.SendAsync("POST", workshop.Configs + "/production:promote", ifMatch: tag);
        using var second = await app.Admin.SendAsync("POST", workshop.Configs + "/production:promote", ifMatch: tag);
        using var rollback = await app.Admin.SendAsync("POST", workshop.Configs + "/production:rollback", ifMatch: tag);

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await second.ProblemAsync(412, "etag_mismatch");
        await rollback.ProblemAsync(412, "etag_mismatch");
    }

    [Fact]
    public async Task Versions_are_listed_newest_first_with_where_they_are_served()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(3);
        await workshop.AddRuleAsync("/new");
        await workshop.PromoteAsync("staging");

        var first = await app.Admin.DoAsync("GET", workshop.Configs + "?limit=3");
        var second = await app.Admin.DoAsync("GET", $"{workshop.Configs}?limit=3&continue={first["next"]}");

        Assert.Equal(
            [(4, true, false), (3, false, true), (2, false, false), (1, false, false)],
            first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item =>
                ((int)item!["version"]!, (bool)item["staging"]!, (bool)item["production"]!)));
    }

    [Theory]
    [InlineData("staging:promote", """{"version":1}""", "/version unknown_member")]
    [InlineData("production:promote", """{"version":0}""", "/version out_of_range")]
    [InlineData("production:promote", """{"version":"1"}""", "/version wrong_type")]
    [InlineData("production:promote", """{"Version":1}""", "/Version unknown_member")]
    [InlineData("staging:rollback", """{"version":-1,"x":1}""", "/x unknown_member", "/version out_of_range")]
    public async Task A_body_that_makes_no_sense_is_refused_by_member(string action, string json, params string[] errors)
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        await workshop.ReleaseAsync(1);

        using var refused = await app.Admin.SendAsync("POST", $"{workshop.Configs}/{action}", json);
        using var broken = await app.Admin.SendAsync("POST", $"{workshop.Configs}/{action}", json[..^1]);

        var code = errors.All(error => error.EndsWith(" unknown_member", StringComparison.Ordinal)) ? "unknown_member" : "invalid";
        Assert.Equal(errors, (await refused.ProblemAsync(400, code)).Errors());
        await broken.ProblemAsync(400, "malformed_json");
        Assert.Equal(1, await workshop.ServedAsync("production"));
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        var workshop = await Workshop.OpenAsync(app.Admin);
        foreach (var (method, path, what) in new[]
        {
            ("GET", "/api/products/none/configs", "product 'none'"),
            ("GET", "/api/products/none/configs/staging", "product 'none'"),
            ("POST", "/api/products/none/configs/staging:promote", "product 'none'"),
            ("POST", "/api/products/none/configs/production:promote", "product 'none'"),
            ("POST", "/api/products/none/configs/staging:rollback", "product 'none'"),
            ("GET", workshop.Configs + "/staging", "promoted version in environment 'staging'"),
            ("GET", workshop.Configs + "/test", "environment 'test'"),
            ("POST", workshop.Configs + "/test:rollback", "environment 'test'"),
        })
        {
            using var missing = await app.Admin.SendAsync(method, path);
            Assert.Equal($"There is no {what}.", (string?)(await missing.ProblemAsync(404, "not_found"))["detail"]);
        }
    }
    private static string Certificate()
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=backend", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.ExportCertificatePem();
    }
}
