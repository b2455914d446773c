using Microsoft.AspNetCore.Http;
using Serverless.Functions.Http;

namespace Serverless.Functions.Applications;

/// <summary>What is answered to a change of an application.</summary>
internal static class ApplicationAnswers
{
    /// <summary>The application as it is now, or why it is as it was.</summary>
    public static async Task<IResult> OfAsync(
        ApplicationsTable applications,
        Change change,
        string id,
        string plan,
        CancellationToken cancel) => change switch
        {
            Change.Done => await ShowAsync(applications, id, cancel),
            Change.Stale => Problem.Stale(),
            Change.Leaving => ApplicationProblems.Leaving(id),
            Change.NoPlan => ApplicationProblems.UnknownPlan(plan),
            Change.PlanOfAnother => ApplicationProblems.PlanOfAnother(plan),
            Change.WrongState when await applications.FindAsync(id, cancel) is { } now => ApplicationProblems.WrongState(now.Value),
            _ => ApplicationProblems.NotFound(id),
        };

    public static async Task<IResult> ShowAsync(ApplicationsTable applications, string id, CancellationToken cancel) =>
        await applications.FindAsync(id, cancel) is { } application
            ? Answer.Ok(application.Value, ApplicationsJson.Default.Application, application.ETag)
            : ApplicationProblems.NotFound(id);
}
