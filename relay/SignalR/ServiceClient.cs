using System.Security.Claims;

namespace Serverless.Relay.SignalR;

/// <summary>
/// Who a client is: put into its request by <see cref="ClientDoor"/>, and found again in its connection whatever the transport.
/// </summary>
internal sealed class ServiceClient : ClaimsPrincipal
{
    public ServiceClient(string hub, ServiceToken token, string query)
    {
        (Hub, Token, Query) = (hub, token, query);

        // The transports look whether requests of one connection are one user's.
        AddIdentity(token.UserId is { } user ? new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], "AccessKey") : new ClaimsIdentity());
    }

    /// <summary>Name of its hub, in small letters.</summary>
    public string Hub { get; }

    /// <summary>What it was let in with.</summary>
    public ServiceToken Token { get; }

    /// <summary>Query of its request, with the question mark.</summary>
    public string Query { get; }
}
