using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Relay.Management;

namespace Serverless.Relay.Events;

/// <summary>
/// Finds out where to open the WebSocket: the functions have said where SignalR Service is, which says who the relay is to it,
/// or that it is elsewhere (TransportProtocols of SignalR, "negotiate"). A token goes where it was given for, and nowhere else.
/// </summary>
internal sealed class HubNegotiation(HttpClient http)
{
    private const int MostHops = 10;
    private const int MaxAnswerBytes = 64 << 10;
    private const int MaxErrorCharacters = 200;

    /// <summary>Address of the WebSocket, and the token for it. Failures are exceptions, which the subscriber names.</summary>
    public async Task<(Uri Address, string Token)> FollowAsync(Subscription subscription, CancellationToken cancel)
    {
        var (url, token) = (subscription.Url, subscription.AccessToken);
        for (var hop = 0; hop < MostHops; hop++)
        {
            if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            {
                throw new InvalidDataException("the address of SignalR Service is none");
            }

            if (!BearerToken.IsSound(token))
            {
                throw new InvalidDataException("the token for SignalR Service is none");
            }

            var answer = await AskAsync(url, token, cancel);
            if (answer.Error is { } error)
            {
                throw new InvalidDataException($"SignalR Service says: {error[..Math.Min(error.Length, MaxErrorCharacters)]}");
            }

            if (answer.Url is null)
            {
                return (WebSocketOf(url, answer), token);
            }

            (url, token) = (answer.Url, answer.AccessToken ?? "");
        }

        throw new InvalidDataException("SignalR Service is always elsewhere");
    }

    private async Task<NegotiationAnswer> AskAsync(Uri url, string token, CancellationToken cancel)
    {
        var address = new UriBuilder(url) { Path = url.AbsolutePath.TrimEnd('/') + "/negotiate" };
        address.Query = With(address.Query, "negotiateVersion=1");
        using var request = new HttpRequestMessage(HttpMethod.Post, address.Uri) { Content = new ByteArrayContent([]) };
        request.Headers.Authorization = token.Length == 0 ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidDataException($"SignalR Service answers with status {(int)response.StatusCode}");
        }

        // One byte more than there may be shows that there are too many.
        var bytes = new byte[MaxAnswerBytes + 1];
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return length <= MaxAnswerBytes && JsonSerializer.Deserialize(bytes.AsSpan(0, length), NegotiationJson.Default.NegotiationAnswer) is { } answer
            ? answer
            : throw new InvalidDataException("SignalR Service does not negotiate");
    }

    private static Uri WebSocketOf(Uri url, NegotiationAnswer answer)
    {
        if (answer.AvailableTransports is { } transports && !transports.Any(transport => transport.Transport == "WebSockets"))
        {
            throw new InvalidDataException("SignalR Service takes no WebSockets");
        }

        var id = answer.ConnectionToken ?? answer.ConnectionId ?? throw new InvalidDataException("SignalR Service gives no connection");
        var address = new UriBuilder(url) { Scheme = url.Scheme == Uri.UriSchemeHttp ? "ws" : "wss" };
        address.Query = With(address.Query, "id=" + Uri.EscapeDataString(id));
        return address.Uri;
    }

    private static string With(string query, string more) => query.Length <= 1 ? more : $"{query}&{more}";
}

/// <summary>The answer of a negotiation, of which each kind has its own members.</summary>
internal sealed record NegotiationAnswer(
    Uri? Url, string? AccessToken, string? Error, string? ConnectionId, string? ConnectionToken, IReadOnlyList<OfferedTransport>? AvailableTransports);

/// <summary>A transport that is offered.</summary>
internal sealed record OfferedTransport(string? Transport);

/// <summary>How it is read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NegotiationAnswer))]
internal sealed partial class NegotiationJson : JsonSerializerContext;
