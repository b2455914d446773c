using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Hosting;

/// <summary>Registers the list of functions.</summary>
internal static class HostingServices
{
    public static IServiceCollection AddHosting(this IServiceCollection services) =>
        services.AddSingleton(new FunctionList(typeof(HostingServices).Assembly.GetTypes()));
}
