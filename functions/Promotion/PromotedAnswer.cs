using System.Text.Json.Serialization.Metadata;
using Azure;
using Microsoft.AspNetCore.Http;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>Reads what moves a pointer, all of it optional, and says how that ended.</summary>
internal static class PromotedAnswer
{
    /// <summary>The answer to a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="product">Whose pointer.</param>
    /// <param name="environment">Which of them.</param>
    /// <param name="type">What the body is, if there is one.</param>
    /// <param name="check">What is wrong with it.</param>
    /// <param name="moveAsync">What to do with it.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<IResult> ForAsync<T>(
        HttpRequest request,
        string product,
        string environment,
        JsonTypeInfo<T> type,
        Action<T, Errors> check,
        Func<T, ETag, Task<Promoted>> moveAsync,
        CancellationToken cancel)
        where T : class, new()
    {
        if (environment is not (Environments.Staging or Environments.Production))
        {
            return Problem.NotFound("environment", environment);
        }

        if (!Tag.TryGetOptionalIfMatch(request, out var ifMatch, out var condition))
        {
            return condition!;
        }

        var body = await Body.ReadOptionalAsync(request, type, check, cancel);
        return body.TryGet(out var input, out var problem) ? Of(await moveAsync(input, ifMatch), product) : problem;
    }

    private static IResult Of(Promoted outcome, string product) => outcome switch
    {
        Promoted.Live { IsNew: true } live => Answer.Created(
            $"/api/products/{product}/configs/{live.Record.Environment}",
            ServedVersion.Of(live),
            PromotionJson.Default.ServedVersion,
            live.Record.ETag),
        Promoted.Live live => Answer.Ok(ServedVersion.Of(live), PromotionJson.Default.ServedVersion, live.Record.ETag),
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
}
