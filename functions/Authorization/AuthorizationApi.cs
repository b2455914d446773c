using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Events;
using Serverless.Functions.Http;

namespace Serverless.Functions.Authorization;

/// <summary>Answers the relays' one question. A refusal is an answer too, so the status is 200 for it.</summary>
internal sealed class AuthorizationApi(Authorizer authorizer, Hearing hearing)
{
    [Function("relay-authorize")]
    [CalledBy(Scope.Relay)]
    public async Task<IResult> AuthorizeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/relay/authorize")] HttpRequest request,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            AuthorizationJson.Default.AuthorizeInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        await hearing.CatchUpAsync(input.AfterEvent, cancel);
        return Answer.Ok(await authorizer.AnswerAsync(input, cancel), ContractsJson.Default.AuthorizationAnswer);
    }
}
