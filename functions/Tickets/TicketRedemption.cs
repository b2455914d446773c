using Serverless.Contracts;
using Serverless.Functions.Applications;
using Serverless.Functions.Authorization;

namespace Serverless.Functions.Tickets;

/// <summary>
/// Gives for a ticket the key that it stands for, once. Whatever is wrong, the ticket is used up, and the reason is the same:
/// whoever tries one has come by it, and is not to learn what it would have been good for.
/// </summary>
internal sealed class TicketRedemption(KeyHasher hasher, TicketsTable tickets, KeysTable keys, TimeProvider clock)
{
    public async Task<FoundKey> RedeemAsync(AuthorizeInput question, CancellationToken cancel) =>
        Ticket.IsWellFormed(question.Ticket!)
        && await tickets.TakeAsync(hasher.HashTicket(question.Ticket), cancel) is { } ticket
        && ticket.Admits(question.Product!, question.Path, question.Origin, clock.GetUtcNow())
        && await keys.FindAsync(ticket.Key, ticket.Product, cancel) is { State: not KeyState.Deleted } key
        && key.Generation == ticket.KeyGeneration
            ? new(key, null)
            : new(null, AuthorizationReasons.TicketInvalid);
}
