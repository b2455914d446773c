using System.Net;

namespace Serverless.Relay.Policies;

/// <summary>A request on its way through a chain, and what the policies want for it later on.</summary>
/// <param name="http">The client's request, as it came.</param>
/// <param name="isUpgrade">Whether it asks for a WebSocket.</param>
internal sealed class HandshakeRequest(HttpRequest http, bool isUpgrade)
{
    /// <summary>The client's request, as it came: credentials are still in it.</summary>
    public HttpRequest Http { get; } = http;

    /// <summary>The address that it comes from, trusted proxies left out; null when it has none.</summary>
    public IPAddress? Client => Http.HttpContext.Connection.RemoteIpAddress;

    /// <summary>Whether it asks for a WebSocket.</summary>
    public bool IsUpgrade { get; } = isUpgrade;

    /// <summary>Whether a policy of the chain has allowed WebSockets.</summary>
    public bool UpgradeAllowed { get; private set; }

    /// <summary>Credentials to be judged if it brings none.</summary>
    public OfferedCredentials? Credentials { get; private set; }

    /// <summary>How long its backend may take.</summary>
    public Patience Patience { get; private set; }

    /// <summary>How many WebSockets its application may have open.</summary>
    public ConnectionLimits Connections { get; private set; }

    /// <summary>Changes of the headers that its backend gets, in order.</summary>
    public List<HeaderEdit> ToBackend { get; } = [];

    /// <summary>Changes of the headers that its client gets, in order.</summary>
    public List<HeaderEdit> ToClient { get; } = [];

    /// <summary>Changes the headers that its backend gets.</summary>
    public List<KeyValuePair<string, string>> Edit(List<KeyValuePair<string, string>> headers)
    {
        ToBackend.ForEach(edit => edit.Apply(headers));
        return headers;
    }

    /// <summary>Has the headers of its answer changed, whoever gives it, at the moment at which it goes out.</summary>
    public void EditAnswer()
    {
        if (ToClient.Count > 0)
        {
            var response = Http.HttpContext.Response;
            response.OnStarting(() =>
            {
                ToClient.ForEach(edit => edit.Apply(response.Headers));
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>Allows WebSockets; without it an upgrade is refused at the end of the chain.</summary>
    public void AllowUpgrade() => UpgradeAllowed = true;

    /// <summary>Offers credentials.</summary>
    public void Offer(OfferedCredentials credentials) => Credentials = credentials;

    /// <summary>Limits how many WebSockets its application may have open.</summary>
    public void Limit(ConnectionLimits limits) => Connections = Connections.And(limits);

    /// <summary>Sets how long its backend may take.</summary>
    public void Wait(Patience patience) => Patience = patience;
}
