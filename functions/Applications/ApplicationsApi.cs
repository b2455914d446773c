using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>REST surface of an application.</summary>
internal sealed class ApplicationsApi(ApplicationsTable applications, ApplicationLife life, TimeProvider clock)
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
        var replaced = existing with { Name = input.Name!, Description = input.Description, Plan = input.Plan! };
        return await life.ReplaceAsync(replaced, ifMatch, deadline.Token) switch
        {
            Change.Done => await ShowAsync(id, cancel),
            Change.NoPlan => ApplicationProblems.UnknownPlan(input.Plan!),
            var other => Refuse(other, id),
        };
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
        return change == Change.Done ? Answer.Deleted : Refuse(change, id);
    }

    [Function("applications-suspend")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}:suspend")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        if (!Tag.TryGetOptionalIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        var change = await life.SuspendAsync(id, ifMatch, deadline.Token);
        return change == Change.Done ? await ShowAsync(id, cancel) : Refuse(change, id);
    }

    [Function("applications-resume")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}:resume")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        if (!Tag.TryGetOptionalIfMatch(request, out var ifMatch, out var problem))
        {
            return problem!;
        }

        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        var change = await life.ResumeAsync(id, ifMatch, deadline.Token);
        return change == Change.Done ? await ShowAsync(id, cancel) : Refuse(change, id);
    }

    private async Task<IResult> ShowAsync(string id, CancellationToken cancel) =>
        await applications.FindAsync(id, cancel) is { } application
            ? Answer.Ok(application.Value, ApplicationsJson.Default.Application, application.ETag)
            : ApplicationProblems.NotFound(id);

    private static Problem Refuse(Change change, string id) => change switch
    {
        Change.Stale => Problem.Stale(),
        Change.Leaving => ApplicationProblems.Leaving(id),
        _ => ApplicationProblems.NotFound(id),
    };
}
