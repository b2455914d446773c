using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.AccessTokens;
using Serverless.Functions.Http;

namespace Serverless.Functions.Hosting;

/// <summary>
/// Gives every function its endpoint, by the rules of the Functions host: the route as it is written, a method that is
/// not listed is not there, and nothing else answers.
/// </summary>
internal static class FunctionEndpoints
{
    public static void MapFunctions(this WebApplication app)
    {
        var check = app.Services.GetRequiredService<CallerCheck>();
        foreach (var function in app.Services.GetRequiredService<FunctionList>().All)
        {
            var route = RoutePatternFactory.Parse(function.Route);
            var options = new RequestDelegateFactoryOptions
            {
                ServiceProvider = app.Services,
                RouteParameterNames = route.Parameters.Select(p => p.Name),
            };
            var run = RequestDelegateFactory.Create(
                function.Method,
                context => context.RequestServices.GetRequiredService(function.Method.DeclaringType!),
                options).RequestDelegate;
            var endpoint = app.Map(route, Checked(function, check, run)).WithDisplayName(function.Name);
            if (function.HttpMethods.Count > 0)
            {
                endpoint.WithMetadata(new HttpMethodMetadata(function.HttpMethods));
            }
        }

        // With an endpoint for any method in last place, routing has no use for its 405.
        app.MapFallback("{*path}", context => Problem.Of(
            404,
            "route_not_found",
            "No such route.",
            $"Nothing answers {context.Request.Method} {Text.Shorten(context.Request.Path)}.").ExecuteAsync(context));
    }

    private static RequestDelegate Checked(HttpFunction function, CallerCheck check, RequestDelegate run) => async context =>
    {
        var refusal = await check.RefuseAsync(context.Request, function.Rule, context.RequestAborted);
        await (refusal is null ? run(context) : refusal.ExecuteAsync(context));
    };
}
