using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Serverless.Functions.AccessTokens;
using Serverless.Functions.Http;

namespace Serverless.Functions.Hosting;

/// <summary>The same check and the same answers for what threw, under a Functions host.</summary>
internal sealed class WorkerMiddleware(FunctionList functions, CallerCheck check, Failure failure) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext() ?? throw new InvalidOperationException(
            $"Function '{context.FunctionDefinition.Name}' was not started by an HTTP request.");
        try
        {
            var rule = functions[context.FunctionDefinition.Name].Rule;
            if (await check.RefuseAsync(http.Request, rule, http.RequestAborted) is { } refusal)
            {
                context.GetInvocationResult().Value = refusal;
                return;
            }

            await next(context);
        }
        catch (Exception e) when (!http.Response.HasStarted && !Failure.IsAbandoned(e, http))
        {
            context.GetInvocationResult().Value = failure.Name(e, http.Request);
        }
    }
}
