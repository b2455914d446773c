using System.Text.Json.Serialization;
using Serverless.Functions.Authorization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Tickets;

/// <summary>Body that buys a ticket: a key of the application, and where the ticket is to be good.</summary>
internal sealed record TicketInput
{
    public string? UserKey { get; init; }

    public string? AppId { get; init; }

    public string? AppKey { get; init; }

    public string? Path { get; init; }

    public string? Origin { get; init; }

    public void Check(Errors errors)
    {
        ToQuestion("").CheckCredential(errors);
        if (Path is null)
        {
            errors.Required("/path");
        }
        else if (Path.Length > Rules.MaxAddress)
        {
            errors.Add("/path", "too_long", $"It may have {Rules.MaxAddress} characters and has {Path.Length}.");
        }
        else if (!Path.StartsWith('/') || Path.AsSpan().ContainsAny("?#\\") || Path.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            errors.Add(
                "/path",
                "invalid_path",
                "It needs the path after the product as it stands in the URL, '/' at least: in ASCII, without query and fragment.");
        }

        if (Origin is not null && PageOrigin.Of(Origin) is null)
        {
            errors.Add("/origin", "invalid_origin", "It needs scheme and host, and a port if any, such as https://app.example.com.");
        }
    }

    /// <summary>What has to be true of the key. It uses nothing: what counts is the handshake.</summary>
    public AuthorizeInput ToQuestion(string product) => new()
    {
        Product = product,
        UserKey = UserKey,
        AppId = AppId,
        AppKey = AppKey,
        Referrer = Origin is not null && PageOrigin.Of(Origin) is { } origin ? PageOrigin.ReferrerOf(origin) : null,
    };

    // A record would print the credentials otherwise.
    public override string ToString() => $"{nameof(TicketInput)} {{ Path = {Path} }}";
}

/// <summary>A ticket as its buyer gets it.</summary>
internal sealed record SoldTicket(string Ticket, DateTimeOffset ExpiresAt)
{
    // A record would print the ticket otherwise.
    public override string ToString() => $"{nameof(SoldTicket)} {{ ExpiresAt = {ExpiresAt} }}";
}

/// <summary>How tickets are bought.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TicketInput))]
[JsonSerializable(typeof(SoldTicket))]
internal sealed partial class TicketsJson : JsonSerializerContext;
