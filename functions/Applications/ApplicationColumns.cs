using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Applications;

/// <summary>An application as a row.</summary>
internal static class ApplicationColumns
{
    public static TableEntity Row(ApplicationRecord application) =>
        new(Key.Escape(application.Value.Id), "application")
        {
            ["Id"] = application.Value.Id,
            ["Account"] = application.Value.Account,
            ["Product"] = application.Value.Product,
            ["Plan"] = application.Value.Plan,
            ["Name"] = application.Value.Name,
            ["Description"] = application.Value.Description,
            ["State"] = application.Value.State.ToString(),
            ["CreatedAt"] = application.Value.CreatedAt,
            ["Generation"] = application.Generation,
            ["ProductGeneration"] = application.ProductGeneration,
            ["Wanted"] = application.Wanted.ToString(),
            ["Turn"] = application.Turn,
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
            State = Enum.Parse<ApplicationState>(row.GetString("State")),
            CreatedAt = row.GetDateTimeOffset("CreatedAt")!.Value,
        },
        Generation = row.GetString("Generation"),
        ProductGeneration = row.GetString("ProductGeneration"),
        Wanted = Enum.Parse<KeyState>(row.GetString("Wanted")),
        Turn = row.GetInt64("Turn")!.Value,
        ETag = row.ETag,
    };
}
