using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>REST surface of promotions and rollbacks.</summary>
internal sealed class PromotionApi(Promoter promoter)
{
    [Function("products-configs-promote-to-staging")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> ToStagingAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/configs/staging:promote")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        if (!Tag.TryGetOptionalIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = HasBody(request)
            ? await Body.ReadAsync(request, PromotionJson.Default.StagingInput, (_, _) => { }, cancel)
            : new(new StagingInput());
        return body.TryGet(out _, out var problem)
            ? ToAnswer(await promoter.ToStagingAsync(product, ifMatch, cancel), product)
            : problem;
    }

    [Function("products-configs-promote-to-production")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ToProductionAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/configs/production:promote")] HttpRequest request,
        string product,
        CancellationToken cancel) => ChooseAsync(
            request,
            product,
            (version, ifMatch) => promoter.ToProductionAsync(product, version, ifMatch, cancel),
            cancel);

    [Function("products-configs-rollback")]
    [CalledBy(Scope.Manage)]
    public async Task<IResult> RollBackAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/configs/{environment}:rollback")] HttpRequest request,
        string product,
        string environment,
        CancellationToken cancel) => environment is Environments.Staging or Environments.Production
            ? await ChooseAsync(
                request,
                product,
                (version, ifMatch) => promoter.RollBackAsync(product, environment, version, ifMatch, cancel),
                cancel)
            : Problem.NotFound("environment", environment);

    private static async Task<IResult> ChooseAsync(
        HttpRequest request,
        string product,
        Func<int?, ETag, Task<Promoted>> promoteAsync,
        CancellationToken cancel)
    {
        if (!Tag.TryGetOptionalIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = HasBody(request)
            ? await Body.ReadAsync(
                request,
                PromotionJson.Default.VersionInput,
                (input, errors) => input.Check(errors),
                cancel)
            : new(new VersionInput());
        return body.TryGet(out var input, out var problem)
            ? ToAnswer(await promoteAsync(input.Version, ifMatch), product)
            : problem;
    }

    private static bool HasBody(HttpRequest request) =>
        request.ContentLength != 0
        && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };

    private static IResult ToAnswer(Promoted outcome, string product) => outcome switch
    {
        Promoted.Live { IsNew: true } live => Answer.Created(
            $"/api/products/{product}/configs/{live.Record.Environment}",
            Show(live),
            PromotionJson.Default.ServedVersion,
            live.Record.ETag),
        Promoted.Live live => Answer.Ok(Show(live), PromotionJson.Default.ServedVersion, live.Record.ETag),
        Promoted.NotPromotable { Errors: var errors } => new Problem(new ProblemDocument
        {
            Status = StatusCodes.Status422UnprocessableEntity,
            Code = "not_promotable",
            Title = "Not promotable.",
            Detail = errors.Count == 1 ? errors[0].Message : $"{errors.Count} things keep the draft from working; see errors.",
            Errors = errors,
        }),
        Promoted.Refused refused => Problem.Of(StatusCodes.Status409Conflict, refused.Code, refused.Title, refused.Detail),
        Promoted.Overtaken => Problem.Of(
            StatusCodes.Status409Conflict,
            "overtaken",
            "Overtaken.",
            "Somebody else has promoted or rolled back in the same moment: see what is served now, then try again."),
        Promoted.Stale => Problem.Stale(),
        _ => Problem.NotFound("product", product),
    };

    private static ServedVersion Show(Promoted.Live live) => new(
        live.Record.Product,
        live.Record.Environment,
        live.Record.Version,
        live.Record.PromotedAt,
        live.Content);
}
