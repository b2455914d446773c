using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Contracts;

namespace Serverless.Functions.Products;

/// <summary>How a product is spelt in its row.</summary>
internal static class ProductColumns
{
    public static TableEntity Write(Product product, TableEntity row)
    {
        row["SystemName"] = product.SystemName;
        row["Name"] = product.Name;
        row["Description"] = product.Description;
        row["StagingPublicBaseUrl"] = product.StagingPublicBaseUrl;
        row["ProductionPublicBaseUrl"] = product.ProductionPublicBaseUrl;
        row["CredentialMode"] = product.Credentials.Mode.ToString();
        row["CredentialLocation"] = product.Credentials.Location.ToString();
        row["UserKeyName"] = product.Credentials.UserKeyName;
        row["AppIdName"] = product.Credentials.AppIdName;
        row["AppKeyName"] = product.Credentials.AppKeyName;
        row["Subprotocol"] = product.Credentials.Subprotocol;
        row["OidcIssuer"] = product.Credentials.Oidc?.Issuer.OriginalString;
        row["OidcClientIdClaim"] = product.Credentials.Oidc?.ClientIdClaim;
        row["OidcAudience"] = product.Credentials.Oidc?.Audience;
        row["ReferrerFiltersRequired"] = product.ReferrerFiltersRequired;
        row["CloseRefusals"] = product.CloseRefusals;
        row["ErrorAnswers"] = product.ErrorAnswers is { } answers
            ? JsonSerializer.Serialize(answers, ContractsJson.Default.ErrorAnswers)
            : null;
        row["HostRewrite"] = product.HostRewrite;
        row["SecretToken"] = product.SecretToken;
        row["Generation"] = product.Generation;
        return row;
    }

    public static Product Read(TableEntity row) => new()
    {
        SystemName = row.GetString("SystemName"),
        Name = row.GetString("Name"),
        Description = row.GetString("Description"),
        StagingPublicBaseUrl = row.GetString("StagingPublicBaseUrl"),
        ProductionPublicBaseUrl = row.GetString("ProductionPublicBaseUrl"),
        Credentials = new CredentialSettings
        {
            Mode = Enum.Parse<CredentialMode>(row.GetString("CredentialMode")),
            Location = Enum.Parse<CredentialLocation>(row.GetString("CredentialLocation")),
            UserKeyName = row.GetString("UserKeyName"),
            AppIdName = row.GetString("AppIdName"),
            AppKeyName = row.GetString("AppKeyName"),
            Subprotocol = row.GetBoolean("Subprotocol") ?? false,
            Oidc = ReadOidc(row),
        },
        ReferrerFiltersRequired = row.GetBoolean("ReferrerFiltersRequired")!.Value,
        CloseRefusals = row.GetBoolean("CloseRefusals") ?? false,
        ErrorAnswers = row.GetString("ErrorAnswers") is { } answers
            ? JsonSerializer.Deserialize(answers, ContractsJson.Default.ErrorAnswers)
            : null,
        HostRewrite = row.GetString("HostRewrite"),
        SecretToken = row.GetString("SecretToken"),
        Generation = row.GetString("Generation"),
    };

    private static OidcSettings? ReadOidc(TableEntity row) => row.GetString("OidcIssuer") is { } issuer
        ? new()
        {
            Issuer = new Uri(issuer),
            ClientIdClaim = row.GetString("OidcClientIdClaim"),
            Audience = row.GetString("OidcAudience"),
        }
        : null;
}
