using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Serverless.Relay.Handshake;

/// <summary>Gives a client its 101, or what stands for it in HTTP/2.</summary>
internal static class ClientUpgrade
{
    /// <summary>Switches to what follows, with the response's headers in the answer.</summary>
    public static async Task<Stream> AcceptAsync(Exchange exchange)
    {
        var http = exchange.Http;

        // A WebSocket may be silent, or slow, for as long as both ends like.
        Unlimit(http.Features.Get<IHttpMinRequestBodyDataRateFeature>());
        Unlimit(http.Features.Get<IHttpMinResponseDataRateFeature>());
        if (exchange.Connect is { } connect)
        {
            // It answers a key of which the client knows nothing.
            http.Response.Headers.Remove("Sec-WebSocket-Accept");
            http.Response.StatusCode = StatusCodes.Status200OK;
            return await connect.AcceptAsync();
        }

        http.Response.StatusCode = StatusCodes.Status101SwitchingProtocols;
        http.Response.Headers.Upgrade = "websocket";
        return await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static void Unlimit(IHttpMinRequestBodyDataRateFeature? feature)
    {
        if (feature is not null)
        {
            feature.MinDataRate = null;
        }
    }

    private static void Unlimit(IHttpMinResponseDataRateFeature? feature)
    {
        if (feature is not null)
        {
            feature.MinDataRate = null;
        }
    }
}
