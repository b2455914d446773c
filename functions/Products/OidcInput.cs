using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Products;

/// <summary>Whose tokens a product accepts, as a body says it.</summary>
internal sealed record OidcInput
{
    public string? Issuer { get; init; }

    public string? ClientIdClaim { get; init; }

    public string? Audience { get; init; }

    public void Check(Errors errors, string at)
    {
        if (Issuer is null)
        {
            errors.Required(at + "/issuer");
        }
        else
        {
            CheckIssuer(errors, at + "/issuer", Issuer);
        }

        if (ClientIdClaim is not null)
        {
            errors.Name(at + "/client_id_claim", ClientIdClaim);
            if (ClientIdClaim.Split('.').Any(string.IsNullOrWhiteSpace))
            {
                errors.Add(
                    at + "/client_id_claim",
                    "invalid_claim",
                    "It needs the name of a claim, or names joined by single dots that lead into objects.");
            }
        }

        if (Audience is not null)
        {
            errors.Name(at + "/audience", Audience);
        }
    }

    public OidcSettings ToSettings()
    {
        var issuer = new Uri(Issuer!);
        return ClientIdClaim is null
            ? new() { Issuer = issuer, Audience = Audience }
            : new() { Issuer = issuer, Audience = Audience, ClientIdClaim = ClientIdClaim };
    }

    private static void CheckIssuer(Errors errors, string at, string issuer)
    {
        errors.BaseUrl(at, issuer, "https", "http");
        if (!errors.Has(at) && new Uri(issuer) is { Scheme: "http", IsLoopback: false })
        {
            errors.Add(at, "no_tls", "It needs https: with http, anybody on the way could give out keys. Only loopback may have http.");
        }
    }
}
