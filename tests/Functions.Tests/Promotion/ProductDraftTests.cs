using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Promotion;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Promotion;

public sealed class ProductDraftTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_draft_holds_everything_of_its_product_in_the_order_in_which_it_applies()
    {
        await app.MakeProductAsync("drafted");
        await app.MakeProductAsync("drafted-not");
        foreach (var name in new[] { "one", "two" })
        {
            await app.Admin.DoAsync("POST", "/api/backends", $$"""{"system_name":"{{name}}","name":"n","private_base_url":"http://{{name}}"}""");
            await app.Admin.DoAsync("POST", "/api/products/drafted/backends", $$"""{"backend":"{{name}}","path":"/{{name}}"}""");
        }

        await app.Admin.DoAsync("POST", "/api/backends/two/metrics", """{"system_name":"reads","name":"R","parent":"hits"}""");
        await app.Admin.DoAsync("POST", "/api/backends/two/mapping-rules", """{"method":"GET","pattern":"/d","metric":"reads","position":2}""");
        await app.Admin.DoAsync("POST", "/api/backends/two/mapping-rules", """{"method":"GET","pattern":"/c","metric":"hits","position":1}""");
        await app.Admin.DoAsync("POST", "/api/products/drafted/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
        await app.Admin.DoAsync("POST", "/api/products/drafted/mapping-rules", """{"method":"GET","pattern":"/b","metric":"m","position":2}""");
        await app.Admin.DoAsync("POST", "/api/products/drafted/mapping-rules", """{"method":"GET","pattern":"/a","metric":"hits","position":1}""");
        await app.Admin.DoAsync("PUT", "/api/products/drafted/policies", """{"policies":[{"name":"websocket"}]}""", "*");

        var drafts = ActivatorUtilities.CreateInstance<ProductDrafts>(app.Services);
        var draft = await drafts.FindAsync("drafted", default).Soon();

        Assert.NotNull(draft);
        Assert.Equal(["/one http://one", "/two http://two"], draft.Backends.Select(b => $"{b.Path} {b.Backend.PrivateBaseUrl}"));
        Assert.Equal(["hits", "hits reads"], draft.Backends.Select(b => string.Join(' ', b.Metrics.Select(m => m.SystemName))));
        Assert.Empty(draft.Backends[0].Rules);
        Assert.Equal(["/c", "/d"], draft.Backends[1].Rules.Select(r => r.Pattern));
        Assert.Equal(["hits", "m"], draft.Metrics.Select(m => m.SystemName));
        Assert.Equal(["/a", "/b"], draft.Rules.Select(r => r.Pattern));
        Assert.Equal("websocket", Assert.Single(draft.Chain.Policies).Name);
        Assert.Null(await drafts.FindAsync("nowhere", default).Soon());
    }
}
