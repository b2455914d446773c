using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using Serverless.Relay.FunctionalTests.Peers;
using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>
/// What Container Apps gives a container to get tokens from (<c>IDENTITY_ENDPOINT</c>), and the tenant behind it that signs them
/// and publishes its keys.
/// </summary>
internal sealed class IdentityEndpoint : IAsyncDisposable
{
    public const string ClientId = "00000000-0000-0000-0000-00000000000c";
    public const string ObjectId = "00000000-0000-0000-0000-00000000000d";

    private const string Header = "what-only-the-container-knows";

    private readonly TokenIssuer _tenant;
    private readonly SecurityKey _key;
    private readonly WebApplication _server;

    private IdentityEndpoint(TokenIssuer tenant, WebApplication server)
    {
        _tenant = tenant;
        _key = tenant.AddRsa("tenant");
        _server = server;
        server.MapGet("/token", GiveAsync);
    }

    /// <summary>As the tenant spells its name.</summary>
    public string Issuer => _tenant.Name;

    /// <summary>What a container with the identity finds in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["IDENTITY_ENDPOINT"] = $"{_server.Urls.Single()}/token",
        ["IDENTITY_HEADER"] = Header,
        ["AZURE_CLIENT_ID"] = ClientId,
    };

    public static async Task<IdentityEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var endpoint = new IdentityEndpoint(await TokenIssuer.StartAsync(), builder.Build());
        await endpoint._server.StartAsync().Soon();
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _tenant.DisposeAsync();
    }

    private IResult GiveAsync(HttpRequest request)
    {
        if (request.Headers["X-IDENTITY-HEADER"] != Header || request.Query["client_id"] != ClientId)
        {
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        }

        var audience = request.Query["resource"].ToString();
        var expires = DateTimeOffset.UtcNow.AddHours(24).ToUnixTimeSeconds();
        return Results.Json(new Dictionary<string, string>
        {
            ["access_token"] = _tenant.Token(
                _key,
                claims: [("aud", audience), ("oid", ObjectId), ("tid", PublishedGateway.Tenant), ("exp", expires), ("azp", ClientId)]),
            ["expires_on"] = expires.ToString(CultureInfo.InvariantCulture),
            ["resource"] = audience,
            ["token_type"] = "Bearer",
            ["client_id"] = ClientId,
        });
    }
}
