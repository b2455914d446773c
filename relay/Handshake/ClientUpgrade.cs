using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Serverless.Relay.Handshake;

/// <summary>Gives a client its 101.</summary>
internal static class ClientUpgrade
{
    /// <summary>Switches to what follows the 101, with the response's headers in it.</summary>
    public static Task<Stream> AcceptAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status101SwitchingProtocols;
        http.Response.Headers.Upgrade = "websocket";

        // A WebSocket may be silent, or slow, for as long as both ends like.
        Unlimit(http.Features.Get<IHttpMinRequestBodyDataRateFeature>());
        Unlimit(http.Features.Get<IHttpMinResponseDataRateFeature>());
        return http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
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
