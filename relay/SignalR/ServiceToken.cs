using System.Text.Json;

namespace Serverless.Relay.SignalR;

/// <summary>What a token says whose signature and end have been looked at.</summary>
/// <param name="Audiences">Addresses that it is for.</param>
/// <param name="UserId">Who carries it; null is anonymous.</param>
/// <param name="Claims">What the app wrote into it, for webhooks, in order.</param>
internal sealed record ServiceToken(
    IReadOnlyList<Uri> Audiences, string? UserId, IReadOnlyList<KeyValuePair<string, string>> Claims)
{
    private const string System = "asrs.s.";
    private const string User = "asrs.u.";

    /// <summary>Takes the claims of a payload.</summary>
    public static ServiceToken Of(JsonElement payload)
    {
        var claims = payload.EnumerateObject()
            .SelectMany(claim => Values(claim.Value).Select(value => KeyValuePair.Create(claim.Name, value)))
            .ToList();
        return new ServiceToken(
            [.. claims.Where(claim => claim.Key == "aud").Select(claim => Uri.TryCreate(claim.Value, UriKind.Absolute, out var url) ? url : null).OfType<Uri>()],
            (First("asrs.s.uid") ?? First("nameid") ?? First("sub")) is { Length: > 0 } user ? user : null,
            [.. claims
                .Where(claim => !claim.Key.StartsWith(System, StringComparison.Ordinal))
                .Select(claim => claim.Key.StartsWith(User, StringComparison.Ordinal) ? KeyValuePair.Create(claim.Key[User.Length..], claim.Value) : claim)]);

        string? First(string name) => claims.Find(claim => claim.Key == name).Value;
    }

    private static IEnumerable<string> Values(JsonElement claim) => claim.ValueKind == JsonValueKind.Array
        ? claim.EnumerateArray().Select(item => item.ToString())
        : [claim.ToString()];
}
