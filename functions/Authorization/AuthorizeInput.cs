using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Authorization;

/// <summary>Body of a relay's question, as the contract has it.</summary>
internal sealed record AuthorizeInput
{
    public string? Product { get; init; }

    public string? UserKey { get; init; }

    public string? AppId { get; init; }

    public string? AppKey { get; init; }

    public string? ClientId { get; init; }

    public string? Ticket { get; init; }

    public string? Path { get; init; }

    public string? Origin { get; init; }

    public string? Referrer { get; init; }

    public long? AfterEvent { get; init; }

    public IReadOnlyDictionary<string, long>? Usage { get; init; }

    public void Check(Errors errors)
    {
        if (Product is null)
        {
            errors.Required("/product");
        }

        CheckCredential(errors);
        if (Ticket is not null && Path is null)
        {
            errors.Required("/path");
        }

        foreach (var (metric, amount) in Usage ?? new Dictionary<string, long>())
        {
            if (amount < 0)
            {
                errors.Add(Errors.Append("/usage", metric), "out_of_range", "It needs to be 0 or more.");
            }
        }
    }

    // A record would print the credentials otherwise.
    public override string ToString() => $"{nameof(AuthorizeInput)} {{ Product = {Product} }}";

    /// <summary>Whether there is one credential, and all of it.</summary>
    public void CheckCredential(Errors errors)
    {
        var hasPair = AppId is not null || AppKey is not null;
        if (UserKey is null && ClientId is null && Ticket is null && !hasPair)
        {
            errors.Add("/user_key", "required", "One credential is needed, such as user_key, or app_id with app_key.");
        }

        if (hasPair && AppId is null)
        {
            errors.Required("/app_id");
        }

        if (hasPair && AppKey is null)
        {
            errors.Required("/app_key");
        }

        if (UserKey is not null && hasPair)
        {
            Second("/app_id");
        }

        if (ClientId is not null && (UserKey is not null || hasPair))
        {
            Second("/client_id");
        }

        if (Ticket is not null && (UserKey is not null || ClientId is not null || hasPair))
        {
            Second("/ticket");
        }

        void Second(string at) => errors.Add(at, "second_credential", "There is another credential: send one of them.");
    }
}

/// <summary>How the question is read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AuthorizeInput))]
internal sealed partial class AuthorizationJson : JsonSerializerContext;
