using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Functions.Hosting;

/// <summary>The functions as what ASP.NET Core calls: each made when it is first needed, under either host.</summary>
internal sealed class FunctionDelegates(IServiceProvider services)
{
    private readonly ConcurrentDictionary<HttpFunction, RequestDelegate> _made = new();

    /// <summary>Runs the function with the request of a context, whose route values are set, and writes its answer.</summary>
    public RequestDelegate this[HttpFunction function] => _made.GetOrAdd(function, Make);

    private RequestDelegate Make(HttpFunction function) => RequestDelegateFactory.Create(
        function.Method,
        context => context.RequestServices.GetRequiredService(function.Method.DeclaringType!),
        new RequestDelegateFactoryOptions
        {
            ServiceProvider = services,
            RouteParameterNames = RoutePatternFactory.Parse(function.Route).Parameters.Select(p => p.Name),
        }).RequestDelegate;
}
