using Serverless.Functions.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>A process with missing or malformed settings does not start, and says what is wrong with each.</summary>
public sealed class SettingsTests
{
    [Fact]
    public async Task Every_missing_setting_is_named_at_once()
    {
        var text = await RefusalAsync(new());

        Assert.Contains("Storage__ConnectionString is missing", text, StringComparison.Ordinal);
        Assert.Contains("AdminToken is missing", text, StringComparison.Ordinal);
        Assert.Contains("Keys__Pepper is missing", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Storage__ConnectionString", "AccountKey=c2VjcmV0;nonsense", "Storage__ConnectionString got 28 characters")]
    [InlineData("Storage__TablePrefix", "no-dashes", "Storage__TablePrefix got 'no-dashes'")]
    [InlineData("Storage__TablePrefix", "1st", "Storage__TablePrefix got '1st'")]
    [InlineData("Keys__Pepper", "a pepper that is no base64", "Keys__Pepper got 26 characters that are not base64: it needs")]
    [InlineData("Keys__Pepper", "c2hvcnQgcGVwcGVy", "Keys__Pepper got base64 of 12 bytes: it needs")]
    [InlineData("Authorization__CacheSeconds", "301", "Authorization__CacheSeconds got '301': it needs a whole number of seconds from 0 to 300")]
    [InlineData("Authorization__CacheSeconds", "soon", "Authorization__CacheSeconds got 'soon'")]
    [InlineData("Authorization__CacheSeconds", "-1", "Authorization__CacheSeconds got '-1'")]
    [InlineData("Tickets__LifetimeSeconds", "4", "Tickets__LifetimeSeconds got '4': it needs a whole number of seconds from 5 to 300")]
    [InlineData("Tickets__LifetimeSeconds", "301", "Tickets__LifetimeSeconds got '301'")]
    [InlineData("Tickets__MostPerApplication", "0", "Tickets__MostPerApplication got '0': it needs a whole number from 1 to 1000000")]
    [InlineData("Audit__RetentionDays", "0", "Audit__RetentionDays got '0': it needs a whole number of days from 1 to 3650")]
    [InlineData("Audit__RetentionDays", "a year", "Audit__RetentionDays got 'a year'")]
    [InlineData("RelayIdentity__TenantId", "contoso", "RelayIdentity__TenantId got 'contoso': it needs the tenant's id, a GUID.")]
    [InlineData("RelayIdentity__TenantId", "contoso", "RelayIdentity__Audience is missing")]
    [InlineData("RelayIdentity__ObjectIds", "relay", "RelayIdentity__ObjectIds got 'relay': it needs 1 to 100 object ids")]
    [InlineData("RelayIdentity__Issuer", "http://login.example", "RelayIdentity__Issuer got 'http://login.example': it needs an https address.")]
    [InlineData("AdminToken", "too-short-secret", "AdminToken got 16 characters: it needs 32 or more")]
    [InlineData("AdminToken", "0123456789 0123456789 0123456789 0123456789", "AdminToken got characters")]
    [InlineData(
        "AdminToken", "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/admin-token)", "AdminToken is a reference to Key Vault that was not followed")]
    [InlineData("Storage__TableEndpoint", "https://account.table.core.windows.net", "Storage__ConnectionString and Storage__TableEndpoint are both set")]
    public async Task A_malformed_setting_is_named_with_what_it_got_and_what_it_needs(string name, string value, string expected)
    {
        var text = await RefusalAsync(new(Good()) { [name] = value });

        Assert.Contains(expected, text, StringComparison.Ordinal);
        if (name is "AdminToken" or "Keys__Pepper" or "Storage__ConnectionString")
        {
            Assert.DoesNotContain(value, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("account.table.core.windows.net")]
    [InlineData("http://account.table.core.windows.net")]
    [InlineData("https://account.table.core.windows.net/?sv=secret")]
    public async Task An_endpoint_that_is_none_is_named(string endpoint)
    {
        var text = await RefusalAsync(new(Good()) { ["Storage__ConnectionString"] = null, ["Storage__TableEndpoint"] = endpoint });

        Assert.Contains($"Storage__TableEndpoint got ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--functions-uri", true)]
    [InlineData("--functions-uri=http://127.0.0.1:1/", true)]
    [InlineData("--urls", false)]
    public void A_functions_host_is_known_by_what_it_says(string argument, bool meant) =>
        Assert.Equal(meant, WorkerHost.IsMeant([argument, "http://127.0.0.1:1/"]));

    private static Dictionary<string, string?> Good() => new()
    {
        ["Storage__ConnectionString"] = "UseDevelopmentStorage=true",
        ["Keys__Pepper"] = Convert.ToBase64String(new byte[32]),
        ["AdminToken"] = FunctionsApp.AdminToken,
    };

    private static async Task<string> RefusalAsync(Dictionary<string, string?> settings)
    {
        settings["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        await using var process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Serverless.Functions.dll")],
            settings);
        Assert.Equal(1, await process.ExitAsync());
        return string.Join('\n', process.Output);
    }
}
