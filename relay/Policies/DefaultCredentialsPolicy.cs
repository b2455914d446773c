using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Relay.Policies;

/// <summary>Credentials for requests that bring none: a user key, or an application's identifier and key.</summary>
internal sealed record OfferedCredentials(string? UserKey, string? AppId, string? AppKey);

/// <summary>Lets clients without credentials in as one application (3scale: anonymous access).</summary>
internal sealed class DefaultCredentialsPolicy(OfferedCredentials credentials) : IHandshakePolicy
{
    /// <inheritdoc/>
    public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel)
    {
        request.Offer(credentials);
        return new(Verdict.Pass);
    }

    /// <summary>What the credentials are.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<AuthType>))]
    internal enum AuthType
    {
        /// <summary>A user key.</summary>
        [JsonStringEnumMemberName("user_key")]
        UserKey,

        /// <summary>An application's identifier and key.</summary>
        [JsonStringEnumMemberName("app_id_and_app_key")]
        Application,
    }

    /// <summary>As the chain has them.</summary>
    internal sealed class Settings
    {
        public required AuthType AuthType { get; set; }

        public string? UserKey { get; set; }

        public string? AppId { get; set; }

        public string? AppKey { get; set; }
    }

    internal sealed class Factory : IPolicyFactory
    {
        public string Name => "default_credentials";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.DefaultCredentials, errors) is not { } read)
            {
                return null;
            }

            if (read is { AuthType: AuthType.UserKey, UserKey: null }
                or { AuthType: AuthType.Application, AppId: null }
                or { AuthType: AuthType.Application, AppKey: null })
            {
                errors.Add($"{Name}: the credentials of its auth_type are missing.");
                return null;
            }

            return new DefaultCredentialsPolicy(read.AuthType == AuthType.UserKey
                ? new OfferedCredentials(read.UserKey, null, null)
                : new OfferedCredentials(null, read.AppId, read.AppKey));
        }
    }
}
