using System.Text.Json.Serialization;
using Azure;
using Serverless.Functions.Http;

namespace Serverless.Functions.Accounts;

/// <summary>Whoever applications belong to: a developer, a team, a company.</summary>
internal sealed record Account
{
    public required string SystemName { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public required AccountState State { get; init; }
}

/// <summary>Where an account stands. The keys of its applications are let in only while it is approved.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccountState>))]
internal enum AccountState
{
    /// <summary>It is known, and nobody has asked for it to be approved.</summary>
    [JsonStringEnumMemberName("created")]
    Created,

    /// <summary>It waits to be approved.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("approved")]
    Approved,

    [JsonStringEnumMemberName("rejected")]
    Rejected,

    /// <summary>It was approved, and will be again or not.</summary>
    [JsonStringEnumMemberName("suspended")]
    Suspended,
}

/// <summary>An account as it is stored.</summary>
internal sealed record AccountRecord
{
    /// <summary>What the API shows.</summary>
    public required Account Value { get; init; }

    /// <summary>
    /// Ahead of the state that is shown while its applications are being refused: that is told to be done when every key
    /// is, not before.
    /// </summary>
    public required AccountState Wanted { get; init; }

    /// <summary>Counts the changes of state: an application that follows one never goes back to an earlier.</summary>
    public long Turn { get; init; }

    /// <summary>Of the row, as it was read.</summary>
    public ETag ETag { get; init; }

    /// <summary>Whether keys of its applications are let in.</summary>
    public bool IsActive => Wanted == AccountState.Approved;
}

/// <summary>How accounts are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(AccountInput))]
[JsonSerializable(typeof(Listing<Account>))]
internal sealed partial class AccountsJson : JsonSerializerContext;
