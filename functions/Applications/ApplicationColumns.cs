using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>An application as a row.</summary>
internal static class ApplicationColumns
{
    // No pattern holds one.
    private const char Separator = ' ';

    public static TableEntity Row(ApplicationRecord application) =>
        new(Key.Escape(application.Value.Id), "application")
        {
            ["Id"] = application.Value.Id,
            ["Account"] = application.Value.Account,
            ["Product"] = application.Value.Product,
            ["Plan"] = application.Value.Plan,
            ["Name"] = application.Value.Name,
            ["Description"] = application.Value.Description,
            ["AppId"] = application.Value.AppId,
            ["ClientId"] = application.Value.ClientId,
            ["RedirectUrl"] = application.Value.RedirectUrl,
            ["State"] = application.Value.State.ToString(),
            ["CreatedAt"] = application.Value.CreatedAt,
            ["Generation"] = application.Generation,
            ["ProductGeneration"] = application.ProductGeneration,
            ["Wanted"] = application.Wanted.ToString(),
            ["Turn"] = application.Turn,
            ["AccountActive"] = application.AccountActive,
            ["AccountTurn"] = application.AccountTurn,
            ["Referrers"] = Join(application.Referrers),
        };

    public static ApplicationRecord Read(TableEntity row) => new()
    {
        Value = new()
        {
            Id = row.GetString("Id"),
            Account = row.GetString("Account"),
            Product = row.GetString("Product"),
            Plan = row.GetString("Plan"),
            Name = row.GetString("Name"),
            Description = row.GetString("Description"),
            AppId = row.GetString("AppId") ?? row.GetString("Id"),
            ClientId = row.GetString("ClientId") ?? row.GetString("Id"),
            RedirectUrl = row.GetString("RedirectUrl"),
            State = Enum.Parse<ApplicationState>(row.GetString("State")),
            CreatedAt = row.GetDateTimeOffset("CreatedAt")!.Value,
        },
        Generation = row.GetString("Generation"),
        ProductGeneration = row.GetString("ProductGeneration"),
        Wanted = Enum.Parse<KeyState>(row.GetString("Wanted")),
        Turn = row.GetInt64("Turn")!.Value,
        AccountActive = row.GetBoolean("AccountActive") ?? true,
        AccountTurn = row.GetInt64("AccountTurn") ?? 0,
        Referrers = Split(row.GetString("Referrers")),
        ETag = row.ETag,
    };

    /// <summary>Patterns as one column.</summary>
    public static string? Join(IReadOnlyList<string> referrers) =>
        referrers.Count == 0 ? null : string.Join(Separator, referrers);

    public static IReadOnlyList<string> Split(string? referrers) => referrers?.Split(Separator) ?? [];
}
