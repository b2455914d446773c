using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>REST surface of promotions.</summary>
internal sealed class PromotionApi(Promoter promoter)
{
    [Function("products-configs-promote-to-staging")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ToStagingAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/configs/staging:promote")] HttpRequest request,
        string product,
        CancellationToken cancel) => PromotedAnswer.ForAsync(
            request,
            product,
            Environments.Staging,
            PromotionJson.Default.NothingInput,
            (_, _) => { },
            (NothingInput _, ETag ifMatch) => promoter.ToStagingAsync(product, ifMatch, cancel),
            cancel);

    [Function("products-configs-promote-to-production")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> ToProductionAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/configs/production:promote")] HttpRequest request,
        string product,
        CancellationToken cancel) => PromotedAnswer.ForAsync(
            request,
            product,
            Environments.Production,
            PromotionJson.Default.VersionInput,
            (input, errors) => input.Check(errors),
            (VersionInput input, ETag ifMatch) => promoter.ToProductionAsync(product, input.Version, ifMatch, cancel),
            cancel);
}
