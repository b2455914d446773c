using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Serverless.Functions.Hosting;

/// <summary>Runs the functions under the Functions host that started this process.</summary>
internal static class WorkerHost
{
    /// <summary>Whether a Functions host started this process: it always says where to reach it.</summary>
    public static bool IsMeant(string[] args) =>
        args.Any(a => a.StartsWith("--functions-uri", StringComparison.Ordinal))
        || Environment.GetEnvironmentVariable("Functions__Worker__HostEndpoint") is not null;

    public static IHost Build(string[] args, Action<IServiceCollection> addFunctions)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();

        // After the integration with ASP.NET Core: before it, a middleware sees no request.
        builder.UseMiddleware<WorkerMiddleware>();
        addFunctions(builder.Services);
        return builder.Build();
    }
}
