using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>REST surface of the referrer filters of an application.</summary>
internal sealed class ReferrerFiltersApi(ApplicationsTable applications, ReferrerFilters filters, TimeProvider clock)
{
    [Function("applications-referrer-filters-create")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/applications/{id}/referrer-filters")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            ApplicationsJson.Default.ReferrerFilterInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        var created = ReferrerFilters.Show(input.Value!);
        return await filters.AddAsync(id, created.Value, deadline.Token) switch
        {
            // A filter never changes: its name is its ETag.
            Change.Done => new Answer<ReferrerFilter>(
                StatusCodes.Status201Created,
                created,
                ApplicationsJson.Default.ReferrerFilter,
                $"\"{created.Id}\"",
                $"/api/applications/{id}/referrer-filters/{created.Id}"),
            Change.Exists => Problem.AlreadyExists("referrer filter", created.Value),
            Change.TooMany => Problem.Of(
                409,
                "too_many_referrer_filters",
                "Too many referrer filters.",
                $"An application may have {ReferrerFilters.Most} referrer filters, and this one has: delete one first."),
            Change.Leaving => ApplicationProblems.Leaving(id),
            _ => ApplicationProblems.NotFound(id),
        };
    }

    [Function("applications-referrer-filters-list")]
    [CalledBy(Scope.Read)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/applications/{id}/referrer-filters")] HttpRequest request,
        string id,
        CancellationToken cancel)
    {
        // Five at most: one part is all of the list.
        return await applications.FindAsync(id, cancel) is { } application
            ? Answer.Ok(
                new([.. application.Referrers.Select(ReferrerFilters.Show)], null),
                ApplicationsJson.Default.ListingReferrerFilter)
            : ApplicationProblems.NotFound(id);
    }

    [Function("applications-referrer-filters-delete")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "api/applications/{id}/referrer-filters/{filter}")] HttpRequest request,
        string id,
        string filter,
        CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(Dependents.LongestRequest, clock);
        return await filters.RemoveAsync(id, filter, deadline.Token) switch
        {
            Change.Done => Answer.Deleted,
            Change.Leaving => ApplicationProblems.Leaving(id),
            _ => Problem.NotFound($"referrer filter of application '{Text.Shorten(id)}'", filter),
        };
    }
}
