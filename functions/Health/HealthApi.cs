using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Health;

/// <summary>Says whether the functions can work: that storage answers them.</summary>
internal sealed class HealthApi(TableAccount account)
{
    [Function("health")]
    [Anonymous]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health")] HttpRequest request,
        CancellationToken cancel)
    {
        await account.PingAsync(cancel);
        return Answer.Ok(new HealthStatus("ok"), HealthJson.Default.HealthStatus);
    }
}
