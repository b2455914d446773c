using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Serverless.Relay.Upstream;

/// <summary>Writes the head of a handshake as it goes to a backend.</summary>
internal static class UpgradeHead
{
    // The dialer writes these itself, or they would announce a body that a handshake does not have.
    private static readonly HashSet<string> Reserved =
        new(["Host", "Connection", "Upgrade", "Content-Length", "Transfer-Encoding"], StringComparer.OrdinalIgnoreCase);

    /// <summary>False when target or a header could be taken for more than it is: a line break, a control character.</summary>
    public static bool TryWrite(BackendRequest request, BackendEndpoint endpoint, [NotNullWhen(true)] out byte[]? head)
    {
        head = null;
        var target = endpoint.Target(request.PathAndQuery);
        var host = request.HostRewrite ?? endpoint.HostHeader;
        if (!target.StartsWith('/') || target.AsSpan().ContainsAnyExceptInRange('!', '~') || !HeaderList.IsValue(host))
        {
            return false;
        }

        var text = new StringBuilder(512)
            .Append("GET ").Append(target).Append(" HTTP/1.1\r\n")
            .Append("Host: ").Append(host).Append("\r\n")
            .Append("Connection: Upgrade\r\nUpgrade: websocket\r\n");
        foreach (var (name, value) in request.Headers)
        {
            if (!HeaderList.IsToken(name) || !HeaderList.IsValue(value))
            {
                return false;
            }

            if (!Reserved.Contains(name))
            {
                text.Append(name).Append(": ").Append(value).Append("\r\n");
            }
        }

        // UTF-8 because Kestrel read it so: what the client sent goes on byte for byte.
        head = Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
        return true;
    }
}
