using Microsoft.AspNetCore.Http;
using Serverless.Functions.AccessTokens;
using Serverless.Functions.Audit;

namespace Serverless.Functions.Hosting;

/// <summary>Stands before every function that answers HTTP, in both hosts: lets in who may call, and has every change written down.</summary>
internal sealed class CallGate(CallerCheck check, AuditTrail audit)
{
    /// <summary>Runs the function, which writes its answer itself; or gives the refusal, and it has not run.</summary>
    public async ValueTask<IResult?> PassAsync(HttpFunction function, HttpContext context, Func<Task> runAsync)
    {
        var request = context.Request;
        if (await check.RefuseAsync(request, function.Rule, context.RequestAborted) is { } refusal)
        {
            return refusal;
        }

        if (function.Changes(request.Method))
        {
            await audit.RecordAsync(function.Name, function.ResourceOf(request), context, runAsync);
        }
        else
        {
            await runAsync();
        }

        return null;
    }
}
