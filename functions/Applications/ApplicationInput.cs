using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Serverless.Functions.Http;
using Serverless.Functions.Products;

namespace Serverless.Functions.Applications;

/// <summary>Body that makes an application.</summary>
internal sealed record NewApplicationInput
{
    private const int GeneratedIdLength = 16;

    public string? Id { get; init; }

    public string? Product { get; init; }

    public string? Plan { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? UserKey { get; init; }

    public void Check(Errors errors)
    {
        if (Id is not null)
        {
            errors.Slug("/id", Id);
        }

        errors.SystemName("/product", Product);
        errors.SystemName("/plan", Plan);
        errors.Name("/name", Name);
        errors.Description("/description", Description);
        errors.UserKey("/user_key", UserKey);
    }

    public ApplicationRecord ToRecord(string account, string productGeneration, DateTimeOffset now) => new()
    {
        Value = new()
        {
            Id = Id ?? RandomNumberGenerator.GetHexString(GeneratedIdLength, lowercase: true),
            Account = account,
            Product = Product!,
            Plan = Plan!,
            Name = Name!,
            Description = Description,
            State = ApplicationState.Live,
            CreatedAt = now,
        },
        Generation = ProductsTable.NewGeneration(),
        ProductGeneration = productGeneration,
    };
}

/// <summary>
/// Body that replaces what can be replaced of an application. What cannot may be there as it was read, so that an
/// answer can be sent back with a change in it.
/// </summary>
internal sealed record ApplicationInput
{
    public string? Id { get; init; }

    public string? Account { get; init; }

    public string? Product { get; init; }

    public string? Plan { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public ApplicationState? State { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public void Check(Errors errors, Application existing)
    {
        errors.SystemName("/plan", Plan);
        errors.Name("/name", Name);
        errors.Description("/description", Description);
        Same("/id", Id, existing.Id);
        Same("/account", Account, existing.Account);
        Same("/product", Product, existing.Product);
        if (State is not null && State != existing.State)
        {
            errors.Add("/state", "immutable", "The state changes by :suspend and :resume: leave it out or as it is.");
        }

        if (CreatedAt is not null && CreatedAt != existing.CreatedAt)
        {
            errors.Add("/created_at", "immutable", "The time of creation cannot change: leave it out or as it is.");
        }

        void Same(string at, string? sent, string kept)
        {
            if (sent is not null && sent != kept)
            {
                errors.Add(at, "immutable", $"It is '{kept}' and cannot change: leave it out or as it is.");
            }
        }
    }
}

/// <summary>Body that makes a key.</summary>
internal sealed record KeyInput
{
    public string? UserKey { get; init; }

    public void Check(Errors errors) => errors.UserKey("/user_key", UserKey);
}

/// <summary>What a key has to look like.</summary>
internal static class KeyRules
{
    public static void UserKey(this Errors errors, string at, string? key)
    {
        if (key is not null && !Applications.UserKey.IsWellFormed(key))
        {
            errors.Add(
                at,
                "invalid_user_key",
                $"It needs {Applications.UserKey.MinLength} to {Applications.UserKey.MaxLength} characters a-z, A-Z, 0-9, "
                + "'.', '_' and '-'; left out, one is made.");
        }
    }
}

/// <summary>How applications and their keys are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Application))]
[JsonSerializable(typeof(ApplicationInput))]
[JsonSerializable(typeof(NewApplicationInput))]
[JsonSerializable(typeof(ApplicationKey))]
[JsonSerializable(typeof(KeyInput))]
[JsonSerializable(typeof(Listing<Application>))]
[JsonSerializable(typeof(Listing<ApplicationKey>))]
internal sealed partial class ApplicationsJson : JsonSerializerContext;
