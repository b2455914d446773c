using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Serverless.Functions.Http;

namespace Serverless.Functions.Hosting;

/// <summary>The same gate and the same answers for what threw, under a Functions host.</summary>
internal sealed class WorkerMiddleware(FunctionList functions, CallGate gate, Failure failure) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (functions.FindHttp(context.FunctionDefinition.Name) is not { } function)
        {
            // A timer: the host logs what it throws.
            await next(context);
            return;
        }

        var http = context.GetHttpContext() ?? throw new InvalidOperationException(
            $"Function '{function.Name}' was not started by an HTTP request.");
        try
        {
            if (await gate.PassAsync(function, http, () => RunAsync(context, http, next)) is { } refusal)
            {
                context.GetInvocationResult().Value = refusal;
            }
        }
        catch (Exception e) when (!http.Response.HasStarted && !Failure.IsAbandoned(e, http))
        {
            http.Response.Clear();
            context.GetInvocationResult().Value = failure.Name(e, http.Request);
        }
    }

    // The answer is written here and not by the host's own middleware, which comes after this one: the gate has to see it.
    private static async Task RunAsync(FunctionContext context, HttpContext http, FunctionExecutionDelegate next)
    {
        await next(context);
        var result = context.GetInvocationResult();
        if (result.Value is IResult answer)
        {
            await answer.ExecuteAsync(http);
            result.Value = Results.Empty;
        }
    }
}
