using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Backends;

namespace Serverless.Functions.Products;

/// <summary>Registers products and the backends that they use.</summary>
internal static class ProductsServices
{
    public static IServiceCollection AddProducts(this IServiceCollection services) => services
        .AddSingleton<ProductParts>()
        .AddSingleton<ProductsTable>()
        .AddSingleton<UntoldDeletions>()
        .AddSingleton<ProductsApi>()
        .AddSingleton<UsedBackendsTable>()
        .AddSingleton<UsedBackendsApi>()
        .AddSingleton<StillUsed>(provider => async (use, cancel) =>
        {
            var product = await provider.GetRequiredService<ProductsTable>().FindAsync(use.Product, cancel);
            return product?.Value.Generation == use.Generation
                && await provider.GetRequiredService<UsedBackendsTable>().FindAsync(product.Value, use.Backend, cancel) is not null;
        });
}
