using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Serverless.Relay.SignalR;

/// <summary>Which names the service takes.</summary>
internal static partial class Names
{
    /// <summary>Longest name of a group or a user.</summary>
    public const int MaxLength = 1024;

    /// <summary>Whether it may name a hub or an application.</summary>
    public static bool IsHub([NotNullWhen(true)] string? name) => name is not null && HubName().IsMatch(name);

    /// <summary>Whether it may name a group.</summary>
    public static bool IsGroup([NotNullWhen(true)] string? name) => !string.IsNullOrWhiteSpace(name) && name.Length <= MaxLength;

    /// <summary>Whether it may name a user.</summary>
    public static bool IsUser([NotNullWhen(true)] string? name) => name is { Length: > 0 and <= MaxLength };

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}\z")]
    private static partial Regex HubName();
}
