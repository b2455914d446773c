using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;

namespace Serverless.Functions.Audit;

/// <summary>Answers who changed what, newest first.</summary>
internal sealed class AuditApi(AuditTable table)
{
    [Function("audit-list")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/audit")] HttpRequest request,
        CancellationToken cancel)
    {
        if (!Paging.TryRead(request, out var paging, out var problem)
            || !AuditQuestion.TryRead(request, out var question, out problem))
        {
            return problem;
        }

        return Answer.Ok(await table.ListAsync(question, paging, cancel), AuditJson.Default.ListingAuditEntry);
    }
}
