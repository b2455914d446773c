using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>What the platforms of Azure have to be told so that they run this gateway, and nothing that they refuse.</summary>
public sealed partial class PlatformTests(PredictedDeployment deployment) : IClassFixture<PredictedDeployment>
{
    // Flex Consumption knows these from elsewhere, or not at all.
    private static readonly string[] Refused =
    [
        "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_CONTENT",
        "SCM_DO_BUILD_DURING_DEPLOYMENT", "ENABLE_ORYX_BUILD",
    ];

    private static readonly string[] RefusedOfSite =
        ["linuxFxVersion", "netFrameworkVersion", "alwaysOn", "ftpsState", "functionAppScaleLimit", "vnetRouteAllEnabled"];

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void The_functions_run_on_the_runtime_that_they_are_built_for(string sizes)
    {
        var site = deployment.Resource(sizes, "Microsoft.Web/sites")["properties"]!;
        var runtime = site["functionAppConfig"]!["runtime"]!;
        var built = Framework().Match(File.ReadAllText(Repository.Path("Directory.Build.props"))).Groups[1].Value;

        Assert.Equal(("dotnet-isolated", built), ((string)runtime["name"]!, (string)runtime["version"]!));
        Assert.Equal("FC1", (string)deployment.Resource(sizes, "Microsoft.Web/serverfarms")["sku"]!["name"]!);
        Assert.DoesNotContain(
            deployment.FunctionsSettings(sizes).Keys,
            name => name == "AzureWebJobsStorage" || Array.Exists(Refused, refused => name.StartsWith(refused, StringComparison.Ordinal)));
        Assert.DoesNotContain(site["siteConfig"]!.AsObject(), setting => RefusedOfSite.Contains(setting.Key));
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void The_ingress_lets_WebSockets_through_and_a_relay_is_always_there(string sizes)
    {
        var relay = deployment.Resource(sizes, "Microsoft.App/containerApps")["properties"]!;
        var ingress = relay["configuration"]!["ingress"]!;
        var scale = relay["template"]!["scale"]!;

        Assert.True((bool)ingress["external"]!);
        Assert.False((bool)ingress["allowInsecure"]!);
        Assert.Contains((string)ingress["transport"]!, new[] { "auto", "http" });
        Assert.InRange((int)scale["minReplicas"]!, 1, (int)scale["maxReplicas"]!);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void SignalR_Service_has_no_server_behind_it(string sizes) =>
        Assert.Contains(
            deployment.Resource(sizes, "Microsoft.SignalRService/signalR")["properties"]!["features"]!.AsArray(),
            feature => ((string)feature!["flag"]!, (string)feature["value"]!) == ("ServiceMode", "Serverless"));

    [Fact]
    public void Azd_and_the_hooks_are_told_what_was_made()
    {
        var main = File.ReadAllText(Repository.Path("infra/main.bicep"));

        string[] asked =
        [
            "AZURE_CONTAINER_REGISTRY_ENDPOINT", "AZURE_KEY_VAULT_NAME", "AZURE_RESOURCE_GROUP", "AZURE_TENANT_ID",
            "SERVICE_FUNCTIONS_NAME", "SERVICE_FUNCTIONS_URI", "SERVICE_RELAY_NAME", "SERVICE_RELAY_URI",
        ];
        Assert.Empty(asked.Except(Output().Matches(main).Select(output => output.Groups[1].Value)));
    }

    [Fact]
    public void Both_sets_of_parameters_take_the_same_of_the_environment()
    {
        var taken = new[] { "dev", "prod" }.Select(sizes => File.ReadLines(Repository.Path($"infra/main.{sizes}.bicepparam"))
            .Where(line => line.Contains("readEnvironmentVariable", StringComparison.Ordinal)).ToList()).ToList();

        Assert.Equal(8, taken[0].Count);
        Assert.Equal(taken[0], taken[1]);
    }

    [GeneratedRegex(@"<TargetFramework>net([\d.]+)<")]
    private static partial Regex Framework();

    [GeneratedRegex(@"^output (\w+) ", RegexOptions.Multiline)]
    private static partial Regex Output();
}
