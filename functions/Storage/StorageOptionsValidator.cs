using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;

namespace Serverless.Functions.Storage;

/// <summary>Refuses to start without a usable storage account. A connection string holds a key and is never repeated.</summary>
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        switch (string.IsNullOrWhiteSpace(options.ConnectionString), string.IsNullOrWhiteSpace(options.TableEndpoint))
        {
            case (true, true):
                errors.AddError(
                    "Storage__ConnectionString is missing: it needs the connection string of a storage account, or "
                    + "Storage__TableEndpoint needs the https address of its tables (then a managed identity is used).");
                break;
            case (false, false):
                errors.AddError("Storage__ConnectionString and Storage__TableEndpoint are both set: keep one of them.");
                break;
            case (false, true) when !IsConnectionString(options.ConnectionString!):
                errors.AddError(
                    $"Storage__ConnectionString got {options.ConnectionString!.Length} characters that are no connection "
                    + "string: it needs the form AccountName=…;AccountKey=…;TableEndpoint=… or UseDevelopmentStorage=true.");
                break;
            case (true, false) when !IsEndpoint(options.TableEndpoint!):
                // Without its query, which may be a signature.
                errors.AddError(
                    $"Storage__TableEndpoint got '{options.TableEndpoint!.Split('?')[0]}': it needs an https address without a "
                    + "query, such as https://account.table.core.windows.net.");
                break;
        }

        if (!Prefix().IsMatch(options.TablePrefix))
        {
            errors.AddError(
                $"Storage__TablePrefix got '{options.TablePrefix}': it needs a letter and then up to 19 letters or digits, "
                + "or nothing.");
        }

        return errors.Build();
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new TableServiceClient(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.Query.Length == 0;

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9]{0,19})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();
}
