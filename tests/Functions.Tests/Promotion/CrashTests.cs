using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Storage;

namespace Serverless.Functions.Tests.Promotion;

/// <summary>A process that ends between any two writes of a promotion or of a change of a chain leaves what can be completed.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private readonly WriteGate _gate = new();
    private FunctionsApp _app = null!;
    private FunctionsApp _dying = null!;
    private Workshop _workshop = null!;

    public async Task InitializeAsync()
    {
        _app = await FunctionsApp.StartAsync();
        _dying = await _gate.StandBeforeAsync(_app);
        _dying.ExpectsErrors = true;
        _workshop = await Workshop.OpenAsync(_app.Admin);

        // The tables are there, or making them would count.
        await _app.Admin.DoAsync("POST", "/api/policies", """{"name":"office","summary":"S","builtin":"origin","configuration":{"allow":["https://a"]}}""");
        await UrlAsync("https://first.example.com");
        await _workshop.PromoteAsync("staging");
    }

    public async Task DisposeAsync()
    {
        await _dying.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_promotion_that_broke_off_is_done_or_not_and_can_be_done_again()
    {
        for (var writes = 0; ; writes++)
        {
            Assert.InRange(writes, 0, 10);
            var before = await _workshop.ServedAsync("staging");
            var host = $"crash{writes}.example.com";
            await UrlAsync($"https://{host}");
            _gate.Open(writes);
            using var broken = await _dying.Admin.SendAsync("POST", _workshop.Configs + "/staging:promote");

            Assert.InRange(await _workshop.ServedAsync("staging"), before, before + 1);
            await _workshop.PromoteAsync("staging");
            Assert.False((bool)(await _app.Admin.DoAsync("GET", _workshop.Configs))["pending_changes"]!);
            Assert.Equal([_workshop.Product], await OnHostAsync(host));
            Assert.Empty(await OnHostAsync($"crash{writes - 1}.example.com"));
            if (broken.IsSuccessStatusCode)
            {
                // The version, the claim, the pointer, the claim that was left, and the event.
                Assert.Equal(5, writes);
                return;
            }
        }
    }

    [Fact]
    public async Task A_chain_that_was_replaced_half_can_be_replaced_again_and_holds_what_it_names()
    {
        const string Empty = """{"policies":[]}""";
        const string Named = """{"policies":[{"name":"office","version":"custom"}]}""";
        var path = $"/api/products/{_workshop.Product}/policies";
        foreach (var (from, to) in new[] { (Empty, Named), (Named, Empty) })
        {
            for (var (writes, done) = (0, false); !done; writes++)
            {
                Assert.InRange(writes, 0, 10);
                await _app.Admin.DoAsync("PUT", path, from, "*");
                _gate.Open(writes);
                using var broken = await _dying.Admin.SendAsync("PUT", path, to, "*");
                done = broken.IsSuccessStatusCode;

                if ((await _app.Admin.DoAsync("GET", path))["policies"]!.AsArray().Count > 0)
                {
                    using var held = await _app.Admin.SendAsync("DELETE", "/api/policies/office", ifMatch: "*");
                    await held.ProblemAsync(409, "in_use");
                }

                await _app.Admin.DoAsync("PUT", path, to, "*");
            }
        }
    }

    private async Task<IEnumerable<string?>> OnHostAsync(string host) =>
        (await _app.Admin.DoAsync("GET", $"/api/configs/staging?host={host}"))["items"]!.AsArray().Select(item => (string?)item!["product"]);

    private Task<JsonNode> UrlAsync(string url) => _app.Admin.DoAsync(
        "PUT",
        $"/api/products/{_workshop.Product}",
        $$"""{"name":"P","staging_public_base_url":"{{url}}"}""",
        "*");
}
