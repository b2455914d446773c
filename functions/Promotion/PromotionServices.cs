using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Promotion;

/// <summary>Registers promotion and what relays fetch.</summary>
internal static class PromotionServices
{
    public static IServiceCollection AddPromotion(this IServiceCollection services) => services
        .AddSingleton<ProductDrafts>()
        .AddSingleton<SnapshotsTable>()
        .AddSingleton<EnvironmentsTable>()
        .AddSingleton<AddressClaims>()
        .AddSingleton<PointerMove>()
        .AddSingleton<Promoter>()
        .AddSingleton<VersionChoice>()
        .AddSingleton<Foresight>()
        .AddSingleton<ConfigsApi>()
        .AddSingleton<VersionsApi>()
        .AddSingleton<PromotionNews>()
        .AddSingleton<PromotionApi>()
        .AddSingleton<PinApi>()
        .AddSingleton<RelayConfigurationApi>();
}
