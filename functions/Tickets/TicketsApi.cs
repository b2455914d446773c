using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Contracts;
using Serverless.Functions.Applications;
using Serverless.Functions.Authorization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Tickets;

/// <summary>
/// Sells tickets to the servers of those who have a key. Whose key it is, is all that is asked: there is no access token, and
/// no answer for pages of other origins, as no page has a key.
/// </summary>
internal sealed class TicketsApi(
    Authorizer authorizer,
    KeyHasher hasher,
    TicketsTable tickets,
    TicketRate rate,
    IOptions<TicketsOptions> options,
    TimeProvider clock)
{
    [Function("products-tickets-create")]
    [Anonymous]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/products/{product}/tickets")] HttpRequest request,
        string product,
        CancellationToken cancel)
    {
        var body = await Body.ReadAsync(
            request,
            TicketsJson.Default.TicketInput,
            (input, errors) => input.Check(errors),
            cancel);
        if (!body.TryGet(out var input, out var problem))
        {
            return problem;
        }

        var judged = await authorizer.JudgeAsync(input.ToQuestion(product), cancel);
        if (judged is not { Answer.Authorized: true, Key: { } key })
        {
            return Refuse(product, judged.Answer.Reason!);
        }

        return rate.TryTake(key.Application, out var wait)
            ? await SellAsync(request, product, input, key, cancel)
            : TooMany(wait);
    }

    private async Task<IResult> SellAsync(
        HttpRequest request, string product, TicketInput input, KeyRecord key, CancellationToken cancel)
    {
        var text = Ticket.Generate();
        var ticket = new Ticket
        {
            Product = product,
            Key = input.UserKey is { } userKey ? hasher.Hash(userKey) : hasher.HashAppKey(input.AppId, input.AppKey),
            KeyGeneration = key.Generation,
            Path = input.Path!,
            Origin = input.Origin is { } origin ? PageOrigin.Of(origin) : null,
            ExpiresAt = clock.GetUtcNow() + options.Value.Lifetime,
        };
        await tickets.AddAsync(hasher.HashTicket(text), ticket, cancel);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return new Answer<SoldTicket>(
            StatusCodes.Status201Created, new(text, ticket.ExpiresAt), TicketsJson.Default.SoldTicket, tag: null, location: null);
    }

    private static Problem Refuse(string product, string reason) => reason == AuthorizationReasons.ProductNotFound
        ? Problem.NotFound("product", product)
        : Problem.Of(403, reason, "Authentication failed.", "Relays would refuse the key: for what reason, the code says.");

    private static Problem TooMany(TimeSpan wait) => new(
        new ProblemDocument
        {
            Status = StatusCodes.Status429TooManyRequests,
            Code = "too_many_tickets",
            Title = "Too many tickets.",
            Detail = "The application has bought as many tickets as it may in so short a time.",
        },
        ("Retry-After", Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture)));
}
