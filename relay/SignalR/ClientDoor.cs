using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Relay.SignalR;

/// <summary>
/// What every request of a client passes before the transports see it: one hub, a token for it, room. A WebSocket is asked once, a
/// long poll each time.
/// </summary>
internal sealed class ClientDoor(TokenSigner tokens, Audience audience, Quota quota, Departures departures)
{
    private const string Bearer = "Bearer ";

    /// <summary>Lets a request pass, or answers it.</summary>
    public Task EnterAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (request.Query["hub"] is not [{ } hub] || !Names.IsHub(hub))
        {
            return ErrorAnswer.WriteAsync(
                http, StatusCodes.Status400BadRequest, new Fault("InvalidArgument", "The query needs one 'hub', a letter with up to 127 more letters, digits and _`,.[].", "hub"));
        }

        if (tokens.Read(TokenOf(request)) is not { } token || !audience.Covers(token, request, hub))
        {
            return ErrorAnswer.WriteAsync(http, StatusCodes.Status401Unauthorized, ErrorAnswer.Unauthorized);
        }

        if (BeginsConnection(http) && !quota.HasRoom)
        {
            return ErrorAnswer.WriteAsync(
                http, StatusCodes.Status429TooManyRequests, new Fault("TooManyRequests", "There are as many connections, or messages today, as the units allow."));
        }

        if (request.ContentLength > quota.MaxBytes)
        {
            return ErrorAnswer.WriteAsync(
                http, StatusCodes.Status413PayloadTooLarge, new Fault("PayloadTooLarge", $"A request has {quota.MaxBytes} bytes at most."));
        }

        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = quota.MaxBytes;
        http.User = new ServiceClient(hub.ToLowerInvariant(), token, request.QueryString.Value ?? "");
        return PassAsync(http, next);
    }

    private async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        departures.Enter();
        try
        {
            await next(http);
        }
        finally
        {
            departures.Leave();
        }
    }

    private static bool BeginsConnection(HttpContext http) =>
        http.WebSockets.IsWebSocketRequest || TakesEvents(http.Request) || http.Request.Path.Value!.EndsWith("/negotiate", StringComparison.OrdinalIgnoreCase);

    // A browser cannot send headers with these two.
    private static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header]
            ? header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null
            : request.HttpContext.WebSockets.IsWebSocketRequest || TakesEvents(request) ? request.Query["access_token"].ToString() : null;

    private static bool TakesEvents(HttpRequest request) =>
        request.Headers.Accept.Any(accept => accept?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true);
}
