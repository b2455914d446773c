using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>What the worker is built of.</summary>
    public interface IFunctionsWorkerApplicationBuilder
    {
        /// <summary>Services of the app.</summary>
        IServiceCollection Services { get; }

        /// <summary>Adds a middleware around every function.</summary>
        IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware);
    }
}

namespace Microsoft.Azure.Functions.Worker.Middleware
{
    /// <summary>The rest of the way to a function.</summary>
    public delegate Task FunctionExecutionDelegate(FunctionContext context);

    /// <summary>Stands around every function.</summary>
    public interface IFunctionsWorkerMiddleware
    {
        /// <summary>Handles a call, or passes it on.</summary>
        Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
    }
}

namespace Microsoft.Azure.Functions.Worker.Builder
{
    /// <summary>Where an app under a Functions host begins: not in this build.</summary>
    public class FunctionsApplication
    {
        /// <summary>Refuses: only the real worker can talk to a Functions host.</summary>
        public static FunctionsApplicationBuilder CreateBuilder(string[] args) => throw NoWorker();

        internal static InvalidOperationException NoWorker() => new(
            "A Functions host started this process, but this build has no worker in it: build with -p:AzurePackages=true.");
    }

    /// <summary>Builds an app under a Functions host. There is never one in this build.</summary>
    public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
    {
        private FunctionsApplicationBuilder()
        {
        }

        /// <inheritdoc/>
        public IDictionary<object, object> Properties => throw FunctionsApplication.NoWorker();

        /// <summary>Settings of the app.</summary>
        public ConfigurationManager Configuration => throw FunctionsApplication.NoWorker();

        /// <inheritdoc/>
        public IHostEnvironment Environment => throw FunctionsApplication.NoWorker();

        /// <inheritdoc/>
        public ILoggingBuilder Logging => throw FunctionsApplication.NoWorker();

        /// <inheritdoc/>
        public IMetricsBuilder Metrics => throw FunctionsApplication.NoWorker();

        /// <summary>Services of the app.</summary>
        public IServiceCollection Services => throw FunctionsApplication.NoWorker();

        IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

        /// <summary>Builds the app.</summary>
        public IHost Build() => throw FunctionsApplication.NoWorker();

        /// <inheritdoc/>
        public void ConfigureContainer<TContainerBuilder>(
            IServiceProviderFactory<TContainerBuilder> factory,
            Action<TContainerBuilder>? configure = null)
            where TContainerBuilder : notnull => throw FunctionsApplication.NoWorker();

        /// <inheritdoc/>
        public IFunctionsWorkerApplicationBuilder Use(
            Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware) => throw FunctionsApplication.NoWorker();
    }

    /// <summary>Turns on ASP.NET Core integration.</summary>
    public static class FunctionsApplicationBuilderAspNetCoreExtensions
    {
        /// <summary>Requests and results are those of ASP.NET Core.</summary>
        public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder) =>
            throw FunctionsApplication.NoWorker();
    }
}

namespace Microsoft.Extensions.Hosting
{
    /// <summary>Adds middlewares to the worker.</summary>
    public static class MiddlewareWorkerApplicationBuilderExtensions
    {
        /// <summary>Adds a middleware, made once by the services.</summary>
        public static IFunctionsWorkerApplicationBuilder UseMiddleware<T>(this IFunctionsWorkerApplicationBuilder builder)
            where T : class, IFunctionsWorkerMiddleware
        {
            builder.Services.AddSingleton<T>();
            return builder.Use(next => context => context.InstanceServices.GetRequiredService<T>().Invoke(context, next));
        }
    }
}
