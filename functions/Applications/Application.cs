using System.Text.Json.Serialization;

namespace Serverless.Functions.Applications;

/// <summary>The right of an account to use a product under a plan, proved by its credentials.</summary>
internal sealed record Application
{
    public required string Id { get; init; }

    /// <summary>System name of the account that it belongs to; never changes.</summary>
    public required string Account { get; init; }

    /// <summary>System name of the product that it may use; never changes.</summary>
    public required string Product { get; init; }

    /// <summary>System name of a plan of the product.</summary>
    public required string Plan { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    /// <summary>What it calls itself by when it proves itself with an app_key; unique in the product, never changes.</summary>
    public required string AppId { get; init; }

    /// <summary>What tokens of an OpenID provider name it by; unique in the product, never changes.</summary>
    public required string ClientId { get; init; }

    /// <summary>Where its users are sent back to after they have consented.</summary>
    public string? RedirectUrl { get; init; }

    public required ApplicationState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The first key, in the answer to the creation alone: nobody can read it afterwards.</summary>
    public string? UserKey { get; init; }

    /// <summary>The same where the product takes app_id and app_key.</summary>
    public string? AppKey { get; init; }
}

/// <summary>Whether the credentials of an application are let in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApplicationState>))]
internal enum ApplicationState
{
    /// <summary>Not until it is accepted, as its plan wants it.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>They are.</summary>
    [JsonStringEnumMemberName("live")]
    Live,

    /// <summary>They are refused until the application is resumed.</summary>
    [JsonStringEnumMemberName("suspended")]
    Suspended,
}

/// <summary>A key as lists show it: never the key itself, save once in the answer to its creation.</summary>
internal sealed record ApplicationKey
{
    public required string Id { get; init; }

    public required KeyKind Kind { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string? UserKey { get; init; }

    public string? AppKey { get; init; }
}

/// <summary>A pattern for the hosts of pages that may use an application; <c>*</c> stands for any text.</summary>
internal sealed record ReferrerFilter(string Id, string Value);
