using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>Holds the settings that the templates make to those that the code reads, which the README lists.</summary>
public sealed partial class SettingsTests(PredictedDeployment deployment) : IClassFixture<PredictedDeployment>
{
    // Those that the Functions host, its telemetry, .NET's logging and Azure's libraries read.
    private static readonly string[] NotOurs = ["AzureWebJobsStorage__", "APPLICATIONINSIGHTS_", "AZURE_", "Logging__"];

    private static readonly Dictionary<string, string> Listed = SettingRow()
        .Matches(File.ReadAllText(Repository.Path("README.md")))
        .DistinctBy(row => row.Groups["name"].Value)
        .ToDictionary(row => row.Groups["name"].Value, row => row.Groups["default"].Value.Trim());

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Nothing_is_set_that_nobody_reads(string sizes)
    {
        var unknown = deployment.FunctionsSettings(sizes).Keys.Concat(deployment.RelaySettings(sizes).Keys)
            .Where(name => !Array.Exists(NotOurs, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .Where(name => !Listed.ContainsKey(name));

        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Everything_is_set_that_is_needed(string sizes)
    {
        var set = deployment.FunctionsSettings(sizes).Keys.Concat(deployment.RelaySettings(sizes).Keys).ToHashSet();
        var needed = Listed.Where(setting => setting.Value == "needed").Select(setting => setting.Key).ToList();

        Assert.Superset(new HashSet<string> { "AdminToken", "Keys__Pepper", "Relay__Management__Api" }, needed.ToHashSet());
        Assert.Empty(needed.Except(set));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Nothing_is_entered_with_a_key_or_a_kept_token(string sizes)
    {
        var functions = deployment.FunctionsSettings(sizes);
        var relay = deployment.RelaySettings(sizes);

        Assert.Contains("Storage__TableEndpoint", functions.Keys);
        Assert.DoesNotContain("Storage__ConnectionString", functions.Keys);
        Assert.Contains("AuthType=azure.msi", functions["SignalR__ConnectionString"], StringComparison.Ordinal);
        Assert.DoesNotContain("AccessKey", functions["SignalR__ConnectionString"], StringComparison.Ordinal);
        Assert.DoesNotContain("Relay__Management__Token", relay.Keys);
        Assert.DoesNotContain("Relay__Management__TokenFile", relay.Keys);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Secrets_stand_in_Key_Vault_and_nowhere_else(string sizes)
    {
        var functions = deployment.FunctionsSettings(sizes);
        string[] secrets = [Bicep.Environment["GATEWAY_ADMIN_TOKEN"]!, Bicep.Environment["GATEWAY_KEY_PEPPER"]!];

        Assert.Contains("@Microsoft.KeyVault(SecretUri={0}secrets/admin-token)", functions["AdminToken"], StringComparison.Ordinal);
        Assert.Contains("@Microsoft.KeyVault(SecretUri={0}secrets/key-pepper)", functions["Keys__Pepper"], StringComparison.Ordinal);
        var elsewhere = deployment.All(sizes)
            .Where(resource => (string)resource["type"]! != "Microsoft.KeyVault/vaults/secrets")
            .Where(resource => Array.Exists(secrets, secret => resource.ToJsonString().Contains(secret, StringComparison.Ordinal)));
        Assert.Empty(elsewhere);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void The_relay_asks_for_tokens_that_the_functions_accept_of_its_identity(string sizes)
    {
        var functions = deployment.FunctionsSettings(sizes);
        var relay = deployment.RelaySettings(sizes);

        Assert.Equal($"{functions["RelayIdentity__Audience"]}/.default", relay["Relay__Management__TokenScope"]);
        Assert.Contains("outputs.relay.value.principalId", functions["RelayIdentity__ObjectIds"], StringComparison.Ordinal);
        Assert.Contains("outputs.relay.value.clientId", relay["AZURE_CLIENT_ID"], StringComparison.Ordinal);
        Assert.Contains("{0}{1}/v2.0", functions["RelayIdentity__Issuer"], StringComparison.Ordinal);
    }

    [Fact]
    public void Func_starts_with_every_setting_that_the_functions_need()
    {
        var template = JsonNode.Parse(File.ReadAllText(Repository.Path("functions/local.settings.json.template")))!["Values"]!.AsObject();

        var needed = Listed.Where(setting => setting.Value == "needed" && !setting.Key.StartsWith("Relay__", StringComparison.Ordinal));
        Assert.Empty(needed.Select(setting => setting.Key).Except(template.Select(value => value.Key)));
        Assert.Equal("dotnet-isolated", (string)template["FUNCTIONS_WORKER_RUNTIME"]!);
        Assert.Equal("UseDevelopmentStorage=true", (string)template["AzureWebJobsStorage"]!);
        Assert.Equal("UseDevelopmentStorage=true", (string)template["Storage__ConnectionString"]!);
    }

    // A row of a settings table: | `name` `name` | default | what |
    [GeneratedRegex(@"^\| `(?<name>\w+)`(?: `\w+`)* \| (?<default>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex SettingRow();
}
