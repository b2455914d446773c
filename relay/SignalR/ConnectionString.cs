using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Serverless.Relay.SignalR;

/// <summary>The emulation's own connection string: the key, and the hosts that its tokens may be for.</summary>
internal sealed partial class ConnectionString
{
    private ConnectionString(byte[] key, Uri endpoint, IReadOnlyCollection<string> hosts) => (Key, Endpoint, Hosts) = (key, endpoint, hosts);

    /// <summary>Key of the HMAC: the bytes of the text, which is not decoded.</summary>
    public byte[] Key { get; }

    /// <summary>Where clients find it, without a slash at the end of its text.</summary>
    public Uri Endpoint { get; }

    /// <summary>Hosts of all its endpoints.</summary>
    public IReadOnlyCollection<string> Hosts { get; }

    /// <summary>Reads one, or says what is wrong with it; never what its key is.</summary>
    public static ConnectionString? TryParse(string text, out string? error)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = property.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                error = "it has a part that is not 'name=value'";
                return null;
            }

            if (!parts.TryAdd(property[..equals].TrimEnd(), property[(equals + 1)..].TrimStart()))
            {
                error = $"it has '{property[..equals].TrimEnd()}' twice";
                return null;
            }
        }

        error = Complaint(parts);
        if (error is not null)
        {
            return null;
        }

        string[] names = ["Endpoint", "ClientEndpoint", "ServerEndpoint"];
        var endpoints = names.Where(parts.ContainsKey).Select(name => new Uri(parts[name])).ToList();
        var own = new UriBuilder(parts.TryGetValue("ClientEndpoint", out var client) ? client : parts["Endpoint"]);
        if (client is null && parts.TryGetValue("Port", out var port))
        {
            own.Port = int.Parse(port, CultureInfo.InvariantCulture);
        }

        return new ConnectionString(Encoding.UTF8.GetBytes(parts["AccessKey"]), own.Uri, [.. endpoints.Select(endpoint => endpoint.Host)]);
    }

    private static string? Complaint(Dictionary<string, string> parts)
    {
        string[] urls = ["ClientEndpoint", "ServerEndpoint"];
        return !IsUrl(parts.GetValueOrDefault("Endpoint")) ? "it needs Endpoint, an http or https URL"
            : string.IsNullOrEmpty(parts.GetValueOrDefault("AccessKey")) ? "it needs AccessKey"
            : parts.TryGetValue("Port", out var port) && !IsPort(port) ? $"its Port is '{port}': it needs 1 to 65535"
            : parts.TryGetValue("Version", out var version) && !VersionOne().IsMatch(version) ? $"its Version is '{version}': it needs 1.0"
            : urls.FirstOrDefault(name => parts.TryGetValue(name, out var url) && !IsUrl(url)) is { } wrong ? $"its {wrong} needs an http or https URL"
            : null;
    }

    private static bool IsUrl(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    private static bool IsPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535;

    [GeneratedRegex(@"^1\.\d+(?:[\w-.]+)?$")]
    private static partial Regex VersionOne();
}
