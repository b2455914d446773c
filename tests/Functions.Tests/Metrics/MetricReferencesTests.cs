using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Backends;
using Serverless.Functions.Metrics;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Storage;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Metrics;

/// <summary>What a plan names does not go from under it: neither a backend's metric nor the product's use of the backend.</summary>
public sealed class MetricReferencesTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Theory]
    [InlineData(PartKinds.Limit)]
    [InlineData(PartKinds.PricingRule)]
    public async Task What_a_plan_names_stays_until_the_plan_names_it_no_more(string kind)
    {
        var product = await MakeAsync($"stays-{kind}");
        var name = product.SystemName;
        Assert.Equal(Write.Done, (await WriteAsync(app, product, $"m.{name}", kind)).Outcome);

        using var metric = await app.Admin.SendAsync("DELETE", $"/api/backends/{name}/metrics/m", ifMatch: "*");
        await metric.ProblemAsync(409, "in_use");
        using var use = await app.Admin.SendAsync("DELETE", $"/api/products/{name}/backends/{name}", ifMatch: "*");
        await use.ProblemAsync(409, "in_use");
        await app.Admin.DoAsync("PUT", $"/api/products/{name}/backends/{name}", """{"path":"/moved"}""", "*");

        await EraseAsync(app, product, kind);
        await app.Admin.DoAsync("DELETE", $"/api/backends/{name}/metrics/m", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", $"/api/products/{name}/backends/{name}", ifMatch: "*");
    }

    [Fact]
    public async Task A_metric_of_the_products_own_stays_while_a_pricing_rule_names_it()
    {
        var product = await MakeAsync("own");
        await app.Admin.DoAsync("POST", "/api/products/own/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
        Assert.Equal(Write.Done, (await WriteAsync(app, product, "m", PartKinds.PricingRule)).Outcome);

        using var refused = await app.Admin.SendAsync("DELETE", "/api/products/own/metrics/m", ifMatch: "*");
        await refused.ProblemAsync(409, "in_use");

        // The backend's metric of the same name, and its use, are not meant.
        await app.Admin.DoAsync("DELETE", "/api/backends/own/metrics/m", ifMatch: "*");
        await app.Admin.DoAsync("DELETE", "/api/products/own/backends/own", ifMatch: "*");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("nothing.known")]
    [InlineData("m.other")]
    [InlineData("m.nowhere")]
    [InlineData("m.")]
    [InlineData("m")]
    [InlineData("m.known.known")]
    public async Task What_the_product_does_not_count_cannot_be_named(string metric)
    {
        var product = await app.Services.GetRequiredService<ProductsTable>().FindAsync("known", default).Soon() is { Value: var known }
            ? known
            : await MakeAsync("known");
        await app.Admin.SendAsync("POST", "/api/backends", """{"system_name":"other","name":"n","private_base_url":"http://h"}""");
        await app.Admin.SendAsync("POST", "/api/backends/other/metrics", """{"system_name":"m","name":"M","unit":"m"}""");

        var submitted = await WriteAsync(app, product, metric, PartKinds.Limit);

        Assert.Equal(new Submitted(Write.Missing, 0), submitted);
        Assert.False(await IsThereAsync(product));
    }

    [Fact]
    public async Task What_was_written_just_after_the_metric_went_is_taken_back()
    {
        var product = await MakeAsync("back");
        var gate = new WriteGate();
        await using var slow = await gate.StandBeforeAsync(app);
        gate.Open();
        gate.Before = async write =>
        {
            // After it was seen to be there, and before the limit is written.
            if (write == 1)
            {
                await app.Admin.DoAsync("DELETE", "/api/backends/back/metrics/m", ifMatch: "*");
            }
        };

        var submitted = await WriteAsync(slow, product, "m.back", PartKinds.Limit);

        Assert.Equal(new Submitted(Write.Missing, 0), submitted);
        Assert.False(await IsThereAsync(product));
    }

    [Fact]
    public async Task A_metric_deleted_while_plans_begin_to_name_it_is_either_gone_or_named()
    {
        var product = await MakeAsync("race-m");
        for (var round = 0; round < 5; round++)
        {
            await app.Admin.SendAsync("POST", "/api/backends/race-m/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
            var name = WriteAsync(app, product, "m.race-m", PartKinds.Limit);
            var delete = app.Admin.SendAsync("DELETE", "/api/backends/race-m/metrics/m", ifMatch: "*");
            await Task.WhenAll(name, delete).Soon();

            using var metric = await app.Admin.GetAsync("/api/backends/race-m/metrics/m").Soon();
            Assert.Equal(await IsThereAsync(product), metric.IsSuccessStatusCode);
            await EraseAsync(app, product, PartKinds.Limit);
        }
    }

    [Fact]
    public async Task A_use_ended_while_plans_begin_to_name_its_metrics_is_either_over_or_needed()
    {
        var product = await MakeAsync("race-u");
        for (var round = 0; round < 5; round++)
        {
            await app.Admin.SendAsync("POST", "/api/products/race-u/backends", """{"backend":"race-u"}""");
            var name = WriteAsync(app, product, "m.race-u", PartKinds.Limit);
            var delete = app.Admin.SendAsync("DELETE", "/api/products/race-u/backends/race-u", ifMatch: "*");
            await Task.WhenAll(name, delete).Soon();

            using var use = await app.Admin.GetAsync("/api/products/race-u/backends/race-u").Soon();
            Assert.Equal(await IsThereAsync(product), use.IsSuccessStatusCode);
            await EraseAsync(app, product, PartKinds.Limit);
        }
    }

    [Fact]
    public async Task What_is_left_of_a_deleted_product_keeps_no_metric()
    {
        // As a crash leaves it: the note at the backend and the parts, and no product.
        await MakeAsync("left");
        var gone = new Product { SystemName = "gone", Name = "n", Credentials = new(), Generation = "0123456789abcdef" };
        await app.Services.GetRequiredService<BackendUses>().AddAsync(new("left", "gone", gone.Generation), default).Soon();
        await app.Services.GetRequiredService<ProductParts>().Table.AddAsync(Row(gone, "m.left", PartKinds.Limit), default).Soon();

        await app.Admin.DoAsync("DELETE", "/api/backends/left/metrics/m", ifMatch: "*");
    }

    // A product and a backend of one name, the one using the other, the other with metric m.
    private async Task<Product> MakeAsync(string name)
    {
        await app.Admin.DoAsync("POST", "/api/backends", $$"""{"system_name":"{{name}}","name":"n","private_base_url":"http://h"}""");
        await app.Admin.DoAsync("POST", $"/api/backends/{name}/metrics", """{"system_name":"m","name":"M","unit":"m"}""");
        await app.MakeProductAsync(name);
        await app.Admin.DoAsync("POST", $"/api/products/{name}/backends", $$"""{"backend":"{{name}}"}""");
        return (await app.Services.GetRequiredService<ProductsTable>().FindAsync(name, default).Soon())!.Value;
    }

    // As limits and pricing rules write themselves.
    private static async Task<Submitted> WriteAsync(FunctionsApp by, Product product, string metric, string kind)
    {
        var row = Row(product, metric, kind);
        return await by.Services.GetRequiredService<MetricReferences>().SubmitAsync(
            product,
            metric,
            [Table.Add(row)],
            () => EraseAsync(by, product, kind),
            default).Soon();
    }

    private static Task<Write> EraseAsync(FunctionsApp by, Product product, string kind) => by.Services.GetRequiredService<ProductParts>()
        .Table.DeleteAsync(product.Partition, Key.Of(kind, "plan", "id"), ETag.All, default).Soon();

    private async Task<bool> IsThereAsync(Product product) => await app.Services.GetRequiredService<ProductParts>()
        .Table.FindAsync(product.Partition, Key.Of(PartKinds.Limit, "plan", "id"), default).Soon() is not null;

    private static TableEntity Row(Product product, string metric, string kind) =>
        new(product.Partition, Key.Of(kind, "plan", "id")) { [PartKinds.MetricColumn] = metric };
}
