using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
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
        var gate = app.Services.GetRequiredService<CallGate>();
        var delegates = app.Services.GetRequiredService<FunctionDelegates>();
        foreach (var function in app.Services.GetRequiredService<FunctionList>().All)
        {
            var endpoint = app.Map(RoutePatternFactory.Parse(function.Route), Guarded(function, gate, delegates[function]))
                .WithDisplayName(function.Name);
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

    private static RequestDelegate Guarded(HttpFunction function, CallGate gate, RequestDelegate run) => async context =>
    {
        if (await gate.PassAsync(function, context, () => run(context)) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
        }
    };
}
