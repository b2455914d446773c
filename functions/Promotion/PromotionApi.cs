using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>REST surface of promotions.</summary>
internal sealed class PromotionApi(Promoter promoter, PromotionNews news)
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
            PromotionJson.Default.StagingInput,
            (_, _) => { },
            (StagingInput input, ETag ifMatch) => news.TellAsync(
                EventKinds.ConfigurationPromoted, input.CloseConnections, promoter.ToStagingAsync(product, ifMatch, cancel)),
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
            (VersionInput input, ETag ifMatch) => news.TellAsync(
                EventKinds.ConfigurationPromoted,
                input.CloseConnections,
                promoter.ToProductionAsync(product, input.Version, ifMatch, cancel)),
            cancel);
}
