using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Http;

/// <summary>Registers what every function's answer may need.</summary>
internal static class HttpServices
{
    public static IServiceCollection AddHttp(this IServiceCollection services) => services.AddSingleton<Failure>();
}
