using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Http;

namespace Serverless.Functions.Hosting;

/// <summary>Answers for functions that threw, in the embedded host.</summary>
internal static class FailureAnswers
{
    public static void UseFailureAnswers(this WebApplication app)
    {
        var failure = app.Services.GetRequiredService<Failure>();
        app.Use(async (HttpContext context, RequestDelegate next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception e) when (!context.Response.HasStarted)
            {
                if (Failure.IsAbandoned(e, context))
                {
                    return;
                }

                context.Response.Clear();
                await failure.Name(e, context.Request).ExecuteAsync(context);
            }
        });
    }
}
