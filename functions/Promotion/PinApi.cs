using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Promotion;

/// <summary>REST surface of going back to a version, and of holding an environment on one.</summary>
internal sealed class PinApi(VersionChoice choice, PromotionNews news)
{
    [Function("products-configs-rollback")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> RollBackAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/configs/{environment}:rollback")] HttpRequest request,
        string product,
        string environment,
        CancellationToken cancel) => PromotedAnswer.ForAsync(
            request,
            product,
            environment,
            PromotionJson.Default.VersionInput,
            (input, errors) => input.Check(errors),
            (VersionInput input, ETag ifMatch) => news.TellAsync(
                EventKinds.ConfigurationRolledBack,
                input.CloseConnections,
                choice.RollBackAsync(product, environment, input.Version, ifMatch, cancel)),
            cancel);

    [Function("products-configs-pin")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> PinAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/configs/{environment}:pin")] HttpRequest request,
        string product,
        string environment,
        CancellationToken cancel) => PromotedAnswer.ForAsync(
            request,
            product,
            environment,
            PromotionJson.Default.PinInput,
            (input, errors) => input.Check(errors),
            (PinInput input, ETag ifMatch) => input.Version is null
                ? choice.PinAsync(product, environment, input, ifMatch, cancel)
                : news.TellAsync(
                    EventKinds.ConfigurationRolledBack,
                    closeConnections: false,
                    choice.PinAsync(product, environment, input, ifMatch, cancel)),
            cancel);

    [Function("products-configs-unpin")]
    [CalledBy(Scope.Manage)]
    public Task<IResult> UnpinAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/configs/{environment}:unpin")] HttpRequest request,
        string product,
        string environment,
        CancellationToken cancel) => PromotedAnswer.ForAsync(
            request,
            product,
            environment,
            PromotionJson.Default.NothingInput,
            (_, _) => { },
            (NothingInput _, ETag ifMatch) => choice.UnpinAsync(product, environment, ifMatch, cancel),
            cancel);
}
