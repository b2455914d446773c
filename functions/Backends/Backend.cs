using System.Text.Json.Serialization;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Backends;

/// <summary>A private server that products may use.</summary>
internal sealed record Backend
{
    public required string SystemName { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required string PrivateBaseUrl { get; init; }

    /// <summary>Further private base URLs of the same server; null for none.</summary>
    public IReadOnlyList<string>? Endpoints { get; init; }

    /// <summary>How its certificate is verified, and ours shown; null is as any client does.</summary>
    public BackendTls? Tls { get; init; }

    /// <summary>Random, made with the backend: a backend of the same name made later is another one.</summary>
    [JsonIgnore]
    public string Generation { get; init; } = "";
}

/// <summary>Body that makes or replaces a backend.</summary>
internal sealed record BackendInput
{
    public string? SystemName { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? PrivateBaseUrl { get; init; }

    public IReadOnlyList<string>? Endpoints { get; init; }

    public BackendTls? Tls { get; init; }

    public void Check(Errors errors, string? existing = null)
    {
        errors.SystemName("/system_name", SystemName, existing);
        errors.Name("/name", Name);
        errors.Description("/description", Description);
        if (PrivateBaseUrl is null)
        {
            errors.Required("/private_base_url");
        }
        else
        {
            errors.BaseUrl("/private_base_url", PrivateBaseUrl, EndpointRules.Schemes);
        }

        EndpointRules.Check(errors, Endpoints ?? [], PrivateBaseUrl);

        if (Tls is not null)
        {
            TlsRules.Check(errors, Tls, PrivateBaseUrl);
        }
    }

    public Backend ToBackend(string systemName, string generation) => new()
    {
        SystemName = systemName,
        Name = Name!,
        Description = Description,
        PrivateBaseUrl = PrivateBaseUrl!,
        Endpoints = Endpoints is { Count: > 0 } ? Endpoints : null,
        Tls = Tls is null || Tls == new BackendTls() ? null : Tls with { PinnedSha256 = Tls.PinnedSha256?.ToLowerInvariant() },
        Generation = generation,
    };
}

/// <summary>How backends are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Backend))]
[JsonSerializable(typeof(BackendInput))]
[JsonSerializable(typeof(Listing<Backend>))]
internal sealed partial class BackendsJson : JsonSerializerContext;
