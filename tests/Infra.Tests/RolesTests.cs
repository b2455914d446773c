using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>Holds the roles that the templates give to the calls that need them.</summary>
public sealed class RolesTests(PredictedDeployment deployment) : IClassFixture<PredictedDeployment>
{
    private const string StorageBlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string StorageTableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    private const string KeyVaultSecretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
    private const string SignalRRestApiOwner = "fd53cd77-2268-407a-8f46-7e7863d0f521";
    private const string MonitoringMetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";
    private const string AcrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Each_identity_has_the_roles_that_its_calls_need_and_no_other(string sizes)
    {
        var settings = deployment.FunctionsSettings(sizes);
        var site = deployment.Resource(sizes, "Microsoft.Web/sites")["properties"]!;
        var registries = deployment.Resource(sizes, "Microsoft.App/containerApps")["properties"]!["configuration"]!["registries"]!;

        var needed = new (bool Is, string Role)[]
        {
            ((string)site["functionAppConfig"]!["deployment"]!["storage"]!["authentication"]!["type"]! == "UserAssignedIdentity"
                && settings["AzureWebJobsStorage__credential"] == "managedidentity",
                $"functions: Microsoft.Storage/storageAccounts: {StorageBlobDataOwner}"),
            (settings.ContainsKey("Storage__TableEndpoint") && IdentityEntersTables(),
                $"functions: Microsoft.Storage/storageAccounts: {StorageTableDataContributor}"),
            (settings.Values.Any(value => value.Contains("@Microsoft.KeyVault", StringComparison.Ordinal)),
                $"functions: Microsoft.KeyVault/vaults: {KeyVaultSecretsUser}"),
            (settings["SignalR__ConnectionString"].Contains("azure.msi", StringComparison.Ordinal),
                $"functions: Microsoft.SignalRService/signalR: {SignalRRestApiOwner}"),
            (settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"].Contains("Authorization=AAD", StringComparison.Ordinal),
                $"functions: Microsoft.Insights/components: {MonitoringMetricsPublisher}"),
            (registries.AsArray().All(registry => registry!["identity"] is not null),
                $"relay: Microsoft.ContainerRegistry/registries: {AcrPull}"),
            (true, $"{Bicep.Environment["AZURE_PRINCIPAL_ID"]}: Microsoft.KeyVault/vaults: {KeyVaultSecretsUser}"),
        };

        Assert.All(needed, need => Assert.True(need.Is, need.Role));
        Assert.Equal(needed.Select(need => need.Role).Order(), deployment.Roles(sizes).Order());
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void No_key_opens_anything(string sizes)
    {
        Assert.False((bool)Properties("Microsoft.Storage/storageAccounts")["allowSharedKeyAccess"]!);
        Assert.True((bool)Properties("Microsoft.SignalRService/signalR")["disableLocalAuth"]!);
        Assert.True((bool)Properties("Microsoft.Insights/components")["DisableLocalAuth"]!);
        Assert.False((bool)Properties("Microsoft.ContainerRegistry/registries")["adminUserEnabled"]!);
        Assert.True((bool)Properties("Microsoft.KeyVault/vaults")["enableRbacAuthorization"]!);
        Assert.True((bool)Properties("Microsoft.OperationalInsights/workspaces")["features"]!["disableLocalAuth"]!);
        var ways = deployment.All(sizes, "Microsoft.Web/sites/basicPublishingCredentialsPolicies").ToList();
        Assert.Equal(["ftp", "scm"], ways.Select(way => ((string)way["name"]!).Split('/')[^1]).Order());
        Assert.All(ways, way => Assert.False((bool)way["properties"]!["allow"]!));

        System.Text.Json.Nodes.JsonNode Properties(string type) => deployment.Resource(sizes, type)["properties"]!;
    }

    private static bool IdentityEntersTables() => File.ReadAllText(Repository.Path("functions/Storage/StorageServices.cs"))
        .Contains("new TableServiceClient(new Uri(endpoint), new DefaultAzureCredential()", StringComparison.Ordinal);
}
