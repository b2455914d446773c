using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>REST surface of an application.</summary>
internal sealed class ApplicationsApi(
    ApplicationsTable applications,
    ApplicationLife life,
    ApplicationPlans plans,
    TimeProvider clock)
{
    [Function("applications-get")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/applications/{id}")] HttpRequest request,
        string id,
        CancellationToken cancel) => await ShowAsync(id, cancel);

    [Function("applications-replace")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ReplaceAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/applications/{id}")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        if (await applications.FindAsync(id, cancel) is not { Value: var existing })
        {
            return ApplicationProblems.NotFound(id);
        }

        var body = await Body.ReadAsync(
            request,
            ApplicationsJson.Default.ApplicationInput,
            (input, errors) => input.Check(errors, existing),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        var change = await plans.ChangeAsync(id, input.Plan!, input.ToApplication, ifMatch, deadline.Token);
        return await AnswerAsync(change, id, input.Plan!, cancel);
    }

    [Function("applications-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/applications/{id}")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        if (!Tag.TryGetIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        var change = await life.DeleteAsync(id, ifMatch, deadline.Token);
        return change == Change.Done ? Answer.Deleted : await AnswerAsync(change, id, "", cancel);
    }

    [Function("applications-accept")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> AcceptAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}:accept")] HttpRequest request,
        string id,
        CancellationToken cancel) => StepAsync(request, id, life.AcceptAsync, cancel);

    [Function("applications-suspend")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}:suspend")] HttpRequest request,
        string id,
        CancellationToken cancel) => StepAsync(request, id, life.SuspendAsync, cancel);

    [Function("applications-resume")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}:resume")] HttpRequest request,
        string id,
        CancellationToken cancel) => StepAsync(request, id, life.ResumeAsync, cancel);

    private async Task<IResult> StepAsync(
        HttpRequest request,
        string id,
        Func<string, ETag, CancellationToken, Task<Change>> step,
        CancellationToken cancel)
    {
        if (!Tag.TryGetOptionalIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        return await AnswerAsync(await step(id, ifMatch, deadline.Token), id, "", cancel);
    }

    private Task<IResult> AnswerAsync(Change change, string id, string plan, CancellationToken cancel) =>
        ApplicationAnswers.OfAsync(applications, change, id, plan, cancel);

    private async Task<IResult> ShowAsync(string id, CancellationToken cancel) =>
        await ApplicationAnswers.ShowAsync(applications, id, cancel);
}
