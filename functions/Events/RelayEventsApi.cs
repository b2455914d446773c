using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Events;

/// <summary>Tells relays what has happened, and hears of them what they hold.</summary>
internal sealed class RelayEventsApi(EventsTable events, EventLog log, Hearing hearing, RelaysTable relays, Negotiation negotiation)
{
    [Function("relay-events")]
    [CalledBy(Scope.Relay)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/relay/events")] HttpRequest request,
        CancellationToken cancel)
    {
        await log.PayAsync(cancel);
        if (!request.Query.TryGetValue("after", out var after))
        {
            return Answer.Ok(await events.BeginAsync(cancel), ContractsJson.Default.EventPage);
        }

        if (!EventsApi.TryReadSequence(after.ToString(), out var sequence))
        {
            return EventsApi.NoSequence();
        }

        var page = await events.ReadAsync(sequence, cancel);
        hearing.Hear(page.Events);
        return Answer.Ok(page, ContractsJson.Default.EventPage);
    }

    [Function("relay-events-negotiate")]
    [CalledBy(Scope.Relay)]
    public Task<IResult> NegotiateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/relay/events/negotiate")] HttpRequest request,
        CancellationToken cancel) => negotiation.AnswerAsync(request, Negotiation.Relay, cancel);

    [Function("relay-status")]
    [CalledBy(Scope.Relay)]
    public async Task<IResult> StatusAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/relay/status")] HttpRequest request,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            EventsJson.Default.RelayStatusInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        await relays.WriteAsync(input.ToStatus(), cancel);
        return TypedResults.NoContent();
    }
}
