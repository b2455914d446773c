using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.AccessTokens;

/// <summary>A token that operators and relays call with, as it is shown after its creation: without the secret.</summary>
internal sealed record AccessToken
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops to work; null is never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used, up to five minutes late; null when it never was.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The token itself: only in the answer to its creation.</summary>
    public string? Token { get; init; }
}

/// <summary>Body that makes an access token.</summary>
internal sealed record AccessTokenInput
{
    public string? Name { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public void Check(Errors errors, DateTimeOffset now)
    {
        errors.Name("/name", Name);
        if (Scopes is null or [])
        {
            errors.Add("/scopes", "required", $"It needs one or more of {string.Join(", ", Http.Scopes.Names)}.");
        }

        for (var i = 0; i < Scopes?.Count; i++)
        {
            if (!Http.Scopes.Names.Contains(Scopes[i]))
            {
                errors.Add($"/scopes/{i}", "unknown_scope", $"It needs to be one of {string.Join(", ", Http.Scopes.Names)}.");
            }
            else if (Scopes.Take(i).Contains(Scopes[i]))
            {
                errors.Add($"/scopes/{i}", "duplicate", "It is there twice.");
            }
        }

        if (ExpiresAt <= now)
        {
            errors.Add("/expires_at", "in_the_past", "It needs a time that is yet to come.");
        }
    }
}

/// <summary>How access tokens are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccessToken))]
[JsonSerializable(typeof(AccessTokenInput))]
[JsonSerializable(typeof(Listing<AccessToken>))]
internal sealed partial class AccessTokensJson : JsonSerializerContext;
