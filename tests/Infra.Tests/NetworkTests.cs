namespace Serverless.Infra.Tests;

/// <summary>The network of its own that production has, and development has not.</summary>
public sealed class NetworkTests(PredictedDeployment deployment) : IClassFixture<PredictedDeployment>
{
    [Fact]
    public void In_production_what_is_stored_is_reached_from_the_network_of_the_gateway_alone()
    {
        Assert.Equal("Disabled", Access("Microsoft.Storage/storageAccounts"));
        Assert.Equal("Disabled", Access("Microsoft.KeyVault/vaults"));
        var reached = deployment.All("prod", "Microsoft.Network/privateEndpoints")
            .Select(endpoint => (string)endpoint["properties"]!["privateLinkServiceConnections"]![0]!["properties"]!["groupIds"]![0]!);
        Assert.Equal(["blob", "queue", "table", "vault"], reached.Order());
        Assert.NotNull(deployment.Resource("prod", "Microsoft.Web/sites")["properties"]!["virtualNetworkSubnetId"]);
        Assert.NotNull(deployment.Resource("prod", "Microsoft.App/managedEnvironments")["properties"]!["vnetConfiguration"]);

        string Access(string type) => (string)deployment.Resource("prod", type)["properties"]!["publicNetworkAccess"]!;
    }

    [Fact]
    public void Each_private_endpoint_is_what_its_name_leads_to_in_the_network()
    {
        var zones = deployment.All("prod", "Microsoft.Network/privateDnsZones").Select(zone => Name((string)zone["id"]!)).ToList();

        Assert.Equal(["blob", "queue", "table", "vaultcore"], zones.Order());
        Assert.Equal(
            zones.Order(),
            deployment.All("prod", "Microsoft.Network/privateDnsZones/virtualNetworkLinks").Select(link => Name((string)link["name"]!)).Order());
        var leads = deployment.All("prod", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Select(group => (
            Endpoint: ((string)group["name"]!).Split('-')[1],
            Zone: Name((string)Assert.Single(group["properties"]!["privateDnsZoneConfigs"]!.AsArray())!["properties"]!["privateDnsZoneId"]!)));
        Assert.Equal([("blob", "blob"), ("queue", "queue"), ("table", "table"), ("vault", "vaultcore")], leads.Order());

        static string Name(string zone) => zone.Split("privatelink.")[1].Split('.')[0];
    }

    [Fact]
    public void Development_has_none_and_is_reached_with_an_identity_from_anywhere()
    {
        Assert.DoesNotContain(deployment.All("dev"), resource => ((string)resource["type"]!).StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.All(
            new[] { "Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults" },
            type => Assert.Equal("Enabled", (string)deployment.Resource("dev", type)["properties"]!["publicNetworkAccess"]!));
    }
}
