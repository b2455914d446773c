using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>REST surface of which plan an application is on.</summary>
internal sealed class ApplicationPlansApi(ApplicationsTable applications, ApplicationPlans plans, TimeProvider clock)
{
    [Function("applications-change-plan")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ChangeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}:change-plan")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            ApplicationsJson.Default.PlanChangeInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var (change, refusal) = await DoAsync(
            request,
            (ifMatch, stop) => plans.ChangeAsync(id, input.Plan!, application => application, ifMatch, stop));
        return refusal ?? await ApplicationAnswers.OfAsync(applications, change, id, input.Plan!, cancel);
    }

    [Function("applications-customize-plan")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CustomizeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}:customize-plan")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        var (change, refusal) = await DoAsync(request, (ifMatch, stop) => plans.CustomizeAsync(id, ifMatch, stop));
        return refusal ?? (change == Change.NoPlan
            ? ApplicationProblems.NoPlanToCopy()
            : await ApplicationAnswers.OfAsync(applications, change, id, "", cancel));
    }

    [Function("applications-decustomize-plan")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DecustomizeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}:decustomize-plan")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        var (change, refusal) = await DoAsync(request, (ifMatch, stop) => plans.DecustomizeAsync(id, ifMatch, stop));
        return refusal ?? change switch
        {
            Change.NoPlan => ApplicationProblems.NoPlanToCopy(),
            Change.NotCustomized => ApplicationProblems.NotCustomized(id),
            _ => await ApplicationAnswers.OfAsync(applications, change, id, "", cancel),
        };
    }

    private async Task<(Change Change, Problem? Refusal)> DoAsync(
        HttpRequest request,
        Func<ETag, CancellationToken, Task<Change>> change)
    {
        if (!Tag.TryGetOptionalIfMatch(request, out var ifMatch, out var refusal))
        {
            return (default, refusal);
        }

        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        return (await change(ifMatch, deadline.Token), null);
    }
}
