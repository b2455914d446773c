using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Functions.Http;

namespace Serverless.Functions.Events;

/// <summary>Lets operators and their consoles see what happens.</summary>
internal sealed class EventsApi(EventStreams streams, Negotiation negotiation)
{
    [Function("events-stream")]
    [CalledBy(Scope.Read)]
    public Task<IResult> StreamAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/events")] HttpRequest request,
        CancellationToken cancel)
    {
        // The header is of a client that comes again; the query, of one that begins.
        var said = request.Headers["Last-Event-ID"] is [{ Length: > 0 } heard] ? heard : request.Query["after"].ToString();
        long? after = TryReadSequence(said, out var sequence) ? sequence : null;
        return Task.FromResult<IResult>(
            after is null && said.Length > 0 ? NoSequence()
            : streams.TryEnter() ? new Streamed(streams, after)
            : Problem.Of(
                429,
                "too_many_streams",
                "Too many streams.",
                $"{EventStreams.Most} streams are open already: close one of them."));
    }

    [Function("events-negotiate")]
    [CalledBy(Scope.Read)]
    public Task<IResult> NegotiateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/events/negotiate")] HttpRequest request,
        CancellationToken cancel) => negotiation.AnswerAsync(request, Negotiation.Operator, cancel);

    /// <summary>Reads the sequence of an event, or 0.</summary>
    public static bool TryReadSequence(string text, out long sequence) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);

    /// <summary>The refusal of what is none.</summary>
    public static Problem NoSequence() => Problem.Of(
        400,
        "invalid_sequence",
        "The sequence is not valid.",
        "?after= and Last-Event-ID take the sequence of an event, or 0 for all there are.");

    private sealed class Streamed(EventStreams streams, long? after) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            try
            {
                await streams.WriteAsync(httpContext.Response, after, httpContext.RequestAborted);
            }
            finally
            {
                streams.Leave();
            }
        }
    }
}
