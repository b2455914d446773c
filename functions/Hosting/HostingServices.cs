using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Audit;

namespace Serverless.Functions.Hosting;

/// <summary>Registers the list of functions, and what stands before them.</summary>
internal static class HostingServices
{
    public static IServiceCollection AddHosting(this IServiceCollection services) => services
        .AddSingleton(new FunctionList(typeof(HostingServices).Assembly.GetTypes()))
        .AddSingleton<FunctionDelegates>()
        .AddSingleton<ResourceView>()
        .AddSingleton<ShowResource>(provider => provider.GetRequiredService<ResourceView>().ShowAsync)
        .AddSingleton<CallGate>();
}
