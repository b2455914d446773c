using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Serverless.Infra.Tests;

/// <summary>Holds what delivers the gateway (templates, images, azd, workflows) to one another and to the relay.</summary>
public sealed partial class DeliveryTests(PredictedDeployment deployment) : IClassFixture<PredictedDeployment>
{
    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Probes_ask_where_the_relay_answers(string sizes)
    {
        var settings = deployment.RelaySettings(sizes);
        var endpoints = File.ReadAllText(Repository.Path("relay/Observability/ManagementEndpoints.cs"));
        var probes = deployment.Relay(sizes)["probes"]!.AsArray();

        Assert.Equal(["Liveness", "Readiness", "Startup"], probes.Select(probe => (string)probe!["type"]!).Order());
        Assert.All(probes, probe =>
        {
            var path = (string)probe!["httpGet"]!["path"]!;
            Assert.Equal((string)probe["type"]! == "Readiness" ? "/ready" : "/live", path);
            Assert.Contains($"\"{path}\" =>", endpoints, StringComparison.Ordinal);
            Assert.Equal(settings["Relay__Listen__ManagementPort"], probe["httpGet"]!["port"]!.ToString());
        });
        Assert.Equal("0.0.0.0", settings["Relay__Listen__ManagementAddress"]);
        var ingress = deployment.Resource(sizes, "Microsoft.App/containerApps")["properties"]!["configuration"]!["ingress"]!;
        Assert.Equal(settings["Relay__Listen__Port"], ingress["targetPort"]!.ToString());
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void The_platform_waits_longer_than_the_relay_drains(string sizes)
    {
        var template = deployment.Resource(sizes, "Microsoft.App/containerApps")["properties"]!["template"]!;
        var grace = TimeSpan.FromSeconds((int)template["terminationGracePeriodSeconds"]!);

        Assert.InRange(grace, LongestStop(deployment.RelaySettings(sizes)["Relay__Sessions__DrainTimeout"]), TimeSpan.FromSeconds(600));
    }

    [Fact]
    public void Compose_waits_as_long_and_runs_what_the_images_expose()
    {
        var services = Yaml("infra/local/compose.yaml")["services"]!;
        var relay = services["relay"]!;

        var grace = TimeSpan.FromSeconds(int.Parse(relay["stop_grace_period"]!.ToString().TrimEnd('s'), null));
        Assert.True(grace >= LongestStop(relay["environment"]!["Relay__Sessions__DrainTimeout"]!.ToString()));
        foreach (var project in new[] { "functions", "relay" })
        {
            var service = services[project]!;
            Assert.Equal($"{project}/Dockerfile", (string)service["build"]!["dockerfile"]!);
            Assert.Equal("true", service["read_only"]!.ToString());
            Assert.Equal(
                Dockerfile.Read(project).Says("EXPOSE").Split(' '),
                service["ports"]!.AsArray().Select(port => port!.ToString().Split(':')[^1]));
        }
    }

    [Theory]
    [InlineData("functions")]
    [InlineData("relay")]
    public void An_image_runs_without_root_and_ends_at_sigterm(string project)
    {
        var dockerfile = Dockerfile.Read(project);

        Assert.Equal("$APP_UID", dockerfile.Says("USER"));
        Assert.Equal("SIGTERM", dockerfile.Says("STOPSIGNAL"));
        Assert.Equal([.. dockerfile.EntryPoint, "--health"], dockerfile.HealthCheck);
        Assert.EndsWith("-chiseled", dockerfile.Says("FROM"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Azd_finds_each_service_and_where_it_goes(string sizes)
    {
        var services = Yaml("azure.yaml")["services"]!.AsObject();

        var tagged = new[] { "Microsoft.Web/sites", "Microsoft.App/containerApps" }
            .Select(type => (string)deployment.Resource(sizes, type)["tags"]!["azd-service-name"]!);
        Assert.Equal(services.Select(service => service.Key).Order(), tagged.Order());
        Assert.All(services, service => Assert.True(Directory.Exists(Repository.Path(((string)service.Value!["project"]!)[2..]))));
        Assert.All(
            deployment.All(sizes).Where(resource => resource["tags"] is not null),
            resource => Assert.Equal("tests", (string)resource["tags"]!["azd-env-name"]!));
    }

    [Fact]
    public void Every_file_that_azd_runs_or_reads_is_there()
    {
        var text = File.ReadAllText(Repository.Path("azure.yaml"));
        var module = (string)Yaml("azure.yaml")["infra"]!["module"]!;

        Assert.True(File.Exists(Repository.Path($"infra/{module}.bicepparam")));
        Assert.All(Hook().Matches(text), hook => Assert.True(
            File.GetUnixFileMode(Repository.Path(hook.Value)).HasFlag(UnixFileMode.UserExecute), hook.Value));
        Assert.Equal(3, Hook().Count(text));
        Assert.All(Hook().Matches(File.ReadAllText(Repository.Path(".github/workflows/deploy.yml"))), hook => Assert.True(File.Exists(Repository.Path(hook.Value))));
    }

    [Fact]
    public void Workflows_hold_no_secret_and_build_with_the_packages_of_Azure()
    {
        var build = Yaml(".github/workflows/build.yml");
        var deploy = Yaml(".github/workflows/deploy.yml");

        Assert.Equal("true", build["jobs"]!["test"]!["env"]!["AzurePackages"]!.ToString());
        Assert.Equal("true", deploy["jobs"]!["deploy"]!["env"]!["AzurePackages"]!.ToString());
        Assert.Equal("write", (string)deploy["permissions"]!["id-token"]!);
        Assert.DoesNotContain("secrets.", deploy.ToJsonString() + build.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_deployed_has_been_tested_and_was_looked_at_in_the_same_environment()
    {
        var jobs = Yaml(".github/workflows/deploy.yml")["jobs"]!;

        Assert.Equal(["test", "what-if"], jobs["deploy"]!["needs"]!.AsArray().Select(need => (string)need!));
        Assert.Equal("./.github/workflows/build.yml", (string)jobs["test"]!["uses"]!);
        Assert.True(Yaml(".github/workflows/build.yml")["on"]!.AsObject().ContainsKey("workflow_call"));
        Assert.Equal("${{ inputs.sizes }}", (string)jobs["deploy"]!["environment"]!);
        Assert.Contains("inputs.sizes || 'preview'", (string)jobs["what-if"]!["environment"]!, StringComparison.Ordinal);
        Assert.All(
            jobs.AsObject().Where(job => job.Value!["environment"] is not null),
            job => Assert.Equal("${{ vars.AZURE_ENV_NAME }}", (string)job.Value!["env"]!["AZURE_ENV_NAME"]!));
    }

    // The drain, the last report of what was used, and what the host leaves to requests at the end.
    private static TimeSpan LongestStop(string drain)
    {
        var report = Seconds("relay/Metering/MeteringOptions.cs", LastReport());
        var after = Seconds("relay/Handshake/HandshakeServices.cs", AfterDrain());
        return TimeSpan.Parse(drain, null) + report + after;

        static TimeSpan Seconds(string file, Regex pattern) =>
            TimeSpan.FromSeconds(int.Parse(pattern.Match(File.ReadAllText(Repository.Path(file))).Groups[1].Value, null));
    }

    private static JsonNode Yaml(string file)
    {
        var parser = new MergingParser(new Parser(new StringReader(File.ReadAllText(Repository.Path(file)))));
        var document = new DeserializerBuilder().Build().Deserialize(parser);
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(document))!;
    }

    [GeneratedRegex(@"LastReportTimeout \{ get; set; \} = TimeSpan\.FromSeconds\((\d+)\)")]
    private static partial Regex LastReport();

    [GeneratedRegex(@"DrainTimeout \+ TimeSpan\.FromSeconds\((\d+)\)")]
    private static partial Regex AfterDrain();

    [GeneratedRegex(@"infra/hooks/[\w-]+\.sh")]
    private static partial Regex Hook();
}
