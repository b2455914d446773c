using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.OpenApi;

/// <summary>Registers the description of this API.</summary>
internal static class OpenApiServices
{
    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) =>
        services.AddSingleton<StaticFiles>().AddSingleton<DocumentApi>();
}
