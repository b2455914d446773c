using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Functions.Http;

namespace Serverless.Functions.Events;

/// <summary>Lets callers of the API connect to SignalR Service, each under a name that tells who it is.</summary>
internal sealed partial class Negotiation(SignalRService service, ILogger<Negotiation> logger)
{
    /// <summary>Who watches.</summary>
    public const string Operator = "operator";

    /// <summary>Who heeds.</summary>
    public const string Relay = "relay";

    /// <summary>The answer to a caller, who becomes user <c>{role}:{name of the token}</c>.</summary>
    public async Task<IResult> AnswerAsync(HttpRequest request, string role, CancellationToken cancel)
    {
        if (!service.IsConfigured)
        {
            return Problem.Of(
                404,
                "events_not_published",
                "Events are not published.",
                "No SignalR Service is configured: ask for the events, or have them streamed by GET /api/events.");
        }

        try
        {
            var access = await service.AdmitAsync($"{role}:{request.HttpContext.Features.Get<Caller>()!.Name}", cancel);
            request.HttpContext.Response.Headers.CacheControl = "no-store";
            return Answer.Ok(access, EventsJson.Default.ClientAccess);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // With an access key nothing is asked of anybody: then this cannot be.
            NotAdmitted(e);
            return Problem.Of(
                502,
                "signalr_unavailable",
                "SignalR Service does not answer.",
                "It has to sign the token, and does not: try again in a moment.");
        }
    }

    [LoggerMessage(10002, LogLevel.Warning, "SignalR Service gave no token for a client.", EventName = "ClientNotAdmitted")]
    private partial void NotAdmitted(Exception exception);

    // The next free id is 10004.
}
