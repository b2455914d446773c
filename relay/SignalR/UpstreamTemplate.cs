namespace Serverless.Relay.SignalR;

/// <summary>Which events go to which address, as the real service's settings say it.</summary>
public sealed class UpstreamTemplate
{
    private const string Any = "*";
    private const string Event = "{event}";

    /// <summary>Address, with <c>{hub}</c>, <c>{category}</c> and <c>{event}</c> in place of names. Required.</summary>
    public string UrlTemplate { get; set; } = "";

    /// <summary>Hubs: <c>*</c>, the default, or names with commas between them.</summary>
    public string HubPattern { get; set; } = Any;

    /// <summary>Categories, <c>connections</c> and <c>messages</c>. Defaults to all.</summary>
    public string CategoryPattern { get; set; } = Any;

    /// <summary>Events: <c>connected</c>, <c>disconnected</c>, or what clients invoke. Defaults to all.</summary>
    public string EventPattern { get; set; } = Any;

    /// <summary>Whether it is about this event.</summary>
    internal bool Matches(string hub, string category, string name) =>
        Allows(HubPattern, hub) && Allows(CategoryPattern, category) && Allows(EventPattern, name);

    /// <summary>Its address for this event, or null when there is none.</summary>
    internal Uri? AddressOf(string hub, string category, string name)
    {
        // Nothing escapes these two: a client would climb out of the path with them.
        if (name is "." or ".." && UrlTemplate.Contains(Event, StringComparison.Ordinal))
        {
            return null;
        }

        var text = UrlTemplate
            .Replace("{hub}", Uri.EscapeDataString(hub), StringComparison.Ordinal)
            .Replace("{category}", Uri.EscapeDataString(category), StringComparison.Ordinal)
            .Replace(Event, Uri.EscapeDataString(name), StringComparison.Ordinal);
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            ? url
            : null;
    }

    private static bool Allows(string pattern, string name) =>
        pattern.Trim() == Any || pattern.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.Ordinal);
}
