using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Accounts;
using Serverless.Functions.Backends;
using Serverless.Functions.Housekeeping;
using Serverless.Functions.Plans;
using Serverless.Functions.Policies;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Applications;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Promotion;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Housekeeping;

/// <summary>What products leave that are gone or were never made: removed, and nothing of those that are there.</summary>
public sealed class ProductChoresTests : IAsyncLifetime
{
    private const string SharedPolicy =
        """{"name":"shared","summary":"S","builtin":"origin","configuration":{"allow":["https://h"]}}""";

    private readonly Household _house = new();

    private TableAccount Storage => _house.App.Services.GetRequiredService<TableAccount>();

    public Task InitializeAsync() => _house.InitializeAsync();

    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Parts_of_a_product_whose_row_is_gone_go_with_its_notes_at_backends()
    {
        var (living, gone) = await TwoAsync();
        await DeleteRowAsync(gone.Product);

        Assert.Equal(0, await SweepPartsAsync());
        _house.Clock.Ahead = TimeSpan.FromMinutes(6);
        Assert.NotEqual(0, await SweepPartsAsync());

        Assert.DoesNotContain(await _house.KeysAsync("productparts"), key => key.StartsWith(gone.Product, StringComparison.Ordinal));
        Assert.DoesNotContain(await _house.KeysAsync("backends"), key => key.Contains($"usedby|{gone.Product}", StringComparison.Ordinal));
        await _house.App.Admin.DoAsync("DELETE", $"/api/backends/{gone.Product}", ifMatch: "*");
        await living.AddRuleAsync("/still");
        Assert.Equal(201, (int)(await _house.App.Admin.SendAsync("POST", $"{living.Configs}/staging:promote")).StatusCode);
    }

    [Fact]
    public async Task Parts_of_a_backend_whose_row_is_gone_go_and_those_of_others_stay()
    {
        var (living, gone) = await TwoAsync();
        await Storage.Table("backends").DeleteAsync("backends", Key.Of("backend", gone.Product), Azure.ETag.All, default).Soon();

        Assert.Equal(0, await SweepBackendsAsync());
        _house.Clock.Ahead = TimeSpan.FromMinutes(6);
        Assert.NotEqual(0, await SweepBackendsAsync());

        Assert.All(await _house.KeysAsync("backendparts"), key => Assert.StartsWith(living.Product, key, StringComparison.Ordinal));
        await _house.App.Admin.DoAsync("GET", $"/api/backends/{living.Product}/metrics/hits");
    }

    [Fact]
    public async Task Parts_of_a_product_that_is_just_being_made_stay()
    {
        var product = new ProductInput { SystemName = "young", Name = "n" }.ToProduct("young", Parts.NewGeneration());
        var parts = _house.App.Services.GetRequiredService<ProductParts>();
        await parts.Table.SubmitAsync(ProductParts.First(product), default).Soon();

        Assert.Equal(0, await SweepPartsAsync());

        _house.Clock.Ahead = TimeSpan.FromMinutes(6);
        Assert.Equal(ProductParts.First(product).Count, await SweepPartsAsync());
    }

    [Fact]
    public async Task Versions_and_environments_of_a_product_that_is_gone_go()
    {
        var (living, gone) = await TwoAsync();
        await _house.App.Admin.DoAsync("DELETE", $"/api/products/{gone.Product}", ifMatch: "*");
        await gone.MakeAsync();

        var removed = await _house.SweepAsync<VersionsChore>((chore, sweep) => chore.SweepAsync(sweep));

        // Two rows for the one version, and the two environments that served it.
        Assert.Equal(4, removed);
        Assert.All(await _house.KeysAsync("snapshots"), key => Assert.StartsWith(living.Product, key, StringComparison.Ordinal));
        Assert.Equal(1, await living.ServedAsync("production"));
        await gone.PromoteAsync("staging");
    }

    [Fact]
    public async Task Claims_on_public_base_urls_of_a_product_that_is_gone_go()
    {
        foreach (var name in new[] { "living", "gone" })
        {
            await _house.App.MakeProductAsync(name);
            await _house.App.Admin.DoAsync("PUT", $"/api/products/{name}", $$"""{"name":"n","staging_public_base_url":"https://{{name}}.example.com"}""", "*");
            await _house.App.Admin.DoAsync("POST", "/api/backends", $$"""{"system_name":"{{name}}","name":"B","private_base_url":"http://b"}""");
            await _house.App.Admin.DoAsync("POST", $"/api/products/{name}/backends", $$"""{"backend":"{{name}}"}""");
            await _house.App.Admin.DoAsync("POST", $"/api/products/{name}/mapping-rules", """{"method":"GET","pattern":"/","metric":"hits"}""");
            await _house.App.Admin.DoAsync("PUT", $"/api/products/{name}/policies", """{"policies":[{"name":"websocket"},{"name":"apicast"}]}""", "*");
            await _house.App.Admin.DoAsync("POST", $"/api/products/{name}/configs/staging:promote");
        }

        await _house.App.Admin.DoAsync("DELETE", "/api/products/gone", ifMatch: "*");
        await _house.SweepAsync<VersionsChore>((chore, sweep) => chore.SweepAsync(sweep));

        Assert.Contains("living.example.com", Assert.Single(await _house.KeysAsync("hosts")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shared_policy_can_be_deleted_as_soon_as_the_product_is_gone_whose_chain_names_it()
    {
        await _house.App.Admin.DoAsync("POST", "/api/policies", SharedPolicy);
        await _house.App.MakeProductAsync("p");
        await _house.App.Admin.DoAsync("PUT", "/api/products/p/policies", """{"policies":[{"name":"shared","version":"custom"}]}""", "*");
        using var used = await _house.App.Admin.SendAsync("DELETE", "/api/policies/shared", ifMatch: "*");
        await used.ProblemAsync(409, "in_use");

        await _house.App.Admin.DoAsync("DELETE", "/api/products/p", ifMatch: "*");

        await _house.App.Admin.DoAsync("DELETE", "/api/policies/shared", ifMatch: "*");
        Assert.Empty(await _house.KeysAsync("policies"));
    }

    [Fact]
    public async Task Notes_of_nothing_go_once_no_request_can_be_at_them()
    {
        var market = await Market.OpenAsync(_house.App.Admin);
        await market.SellAsync();
        var shop = await Workshop.OpenAsync(_house.App.Admin);
        var product = (await _house.App.Services.GetRequiredService<ProductsTable>().FindAsync(market.Product, default).Soon())!.Value;
        await _house.App.Services.GetRequiredService<AccountsTable>()
            .AddApplicationAsync(market.Account, "ghost", "0", default).Soon();
        await _house.App.Services.GetRequiredService<PlansTable>()
            .AddApplicationAsync(product, Market.Plan, "ghost", "0", default).Soon();
        await _house.App.Services.GetRequiredService<BackendUses>()
            .AddAsync(new(shop.Product, "ghost", "0"), default).Soon();

        await _house.App.Admin.DoAsync("POST", "/api/policies", SharedPolicy);
        await _house.App.Admin.DoAsync("PUT", $"/api/products/{shop.Product}/policies", """{"policies":[{"name":"shared","version":"custom"}]}""", "*");
        await _house.App.Services.GetRequiredService<SharedPoliciesTable>()
            .NoteAsync("shared", product with { SystemName = "ghost" }, default).Soon();

        Assert.Equal(0, await SweepNotesAsync());
        _house.Clock.Ahead = Dependents.LongestRequest + TimeSpan.FromMinutes(1);
        Assert.Equal(4, await SweepNotesAsync());

        Assert.DoesNotContain(await _house.KeysAsync("accounts"), key => key.Contains("ghost", StringComparison.Ordinal));
        foreach (var owner in new[] { "policies/shared", $"accounts/{market.Account}", $"products/{market.Product}/plans/{Market.Plan}", $"backends/{shop.Product}" })
        {
            using var refused = await _house.App.Admin.SendAsync("DELETE", $"/api/{owner}", ifMatch: "*");
            await refused.ProblemAsync(409, "in_use");
        }
    }

    private async Task<(Workshop Living, Workshop Gone)> TwoAsync()
    {
        var living = await Workshop.OpenAsync(_house.App.Admin);
        var gone = await Workshop.OpenAsync(_house.App.Admin);
        foreach (var shop in new[] { living, gone })
        {
            await shop.PromoteAsync("staging");
            await shop.PromoteAsync("production");
        }

        return (living, gone);
    }

    // As a deletion does that breaks off after its first write.
    private Task<Write> DeleteRowAsync(string product) =>
        Storage.Table("products").DeleteAsync("products", Key.Of("product", product), Azure.ETag.All, default).Soon();

    private Task<int> SweepPartsAsync() => _house.SweepAsync<ProductsChore>((chore, sweep) => chore.SweepAsync(sweep));

    private Task<int> SweepBackendsAsync() => _house.SweepAsync<BackendsChore>((chore, sweep) => chore.SweepAsync(sweep));

    private Task<int> SweepNotesAsync() => _house.SweepAsync<NotesChore>((chore, sweep) => chore.SweepAsync(sweep));
}
