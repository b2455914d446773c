using System.Text.Json.Serialization;
using Serverless.Functions.Http;

namespace Serverless.Functions.Authorization;

/// <summary>Body of a relay's question, as the contract has it.</summary>
internal sealed record AuthorizeInput
{
    public string? Product { get; init; }

    public string? UserKey { get; init; }

    public IReadOnlyDictionary<string, long>? Usage { get; init; }

    public void Check(Errors errors)
    {
        if (Product is null)
        {
            errors.Required("/product");
        }

        if (UserKey is null)
        {
            errors.Required("/user_key");
        }

        foreach (var (metric, amount) in Usage ?? new Dictionary<string, long>())
        {
            if (amount < 0)
            {
                errors.Add(Errors.Append("/usage", metric), "out_of_range", "It needs to be 0 or more.");
            }
        }
    }

    // A record would print the key otherwise.
    public override string ToString() => $"{nameof(AuthorizeInput)} {{ Product = {Product} }}";
}

/// <summary>How the question is read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AuthorizeInput))]
internal sealed partial class AuthorizationJson : JsonSerializerContext;
