using System.Text.Json.Serialization;

namespace Serverless.Functions.Events;

/// <summary>What SignalR clients take from <c>negotiate</c>, spelt as they want it.</summary>
/// <param name="Url">Where to connect.</param>
/// <param name="AccessToken">What lets in there.</param>
internal sealed record ClientAccess(
    [property: JsonPropertyName("url")] string Url,
    [property: JsonPropertyName("accessToken")] string AccessToken)
{
    // A record would print the token otherwise.
    public override string ToString() => $"{nameof(ClientAccess)} {{ Url = {Url} }}";
}
