using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Accounts;

/// <summary>Whoever applications belong to: a developer, a team, a company.</summary>
internal sealed record Account
{
    public required string SystemName { get; init; }

    public required string Name { get; init; }
}

/// <summary>Body that makes or replaces an account.</summary>
internal sealed record AccountInput
{
    public string? SystemName { get; init; }

    public string? Name { get; init; }

    public void Check(Errors errors, string? existing = null)
    {
        errors.SystemName("/system_name", SystemName, existing);
        errors.Name("/name", Name);
    }

    public Account ToAccount(string systemName) => new() { SystemName = systemName, Name = Name! };
}

/// <summary>How accounts are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(AccountInput))]
[JsonSerializable(typeof(Listing<Account>))]
internal sealed partial class AccountsJson : JsonSerializerContext;
