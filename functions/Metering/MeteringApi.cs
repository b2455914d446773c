using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Events;
using Serverless.Functions.Http;

namespace Serverless.Functions.Metering;

/// <summary>Takes the relays' reports of what passed through tunnels.</summary>
internal sealed class MeteringApi(ReportCounter counter, Hearing hearing)
{
    [Function("relay-usage")]
    [CalledBy(Scope.Relay)]
    public async Task<IResult> ReportAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/relay/usage")] HttpRequest request,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            MeteringJson.Default.UsageReportInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        await hearing.CatchUpAsync(input.AfterEvent, cancel);
        return Answer.Ok(await counter.CountAsync(input, cancel), ContractsJson.Default.UsageReportAnswer);
    }
}
