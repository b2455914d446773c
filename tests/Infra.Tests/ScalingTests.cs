using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>Holds what adds replicas to what a replica takes on, by the figures of infra/README.md.</summary>
public sealed partial class ScalingTests(PredictedDeployment deployment) : IClassFixture<PredictedDeployment>
{
    // A rule acts when it is exceeded by a tenth.
    private const double Tolerance = 1.1;

    private static readonly string Readme = File.ReadAllText(Repository.Path("infra/README.md"));

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Replicas_are_added_before_one_refuses_and_not_while_it_is_half_empty(string sizes)
    {
        var memory = Memory(sizes);
        var most = int.Parse(deployment.RelaySettings(sizes)["Relay__Overload__MaxTunnels"], CultureInfo.InvariantCulture);
        var added = memory * Threshold(sizes) / 100;

        var full = Empty + (most * Tunnel);
        var half = Empty + (most / 2 * Tunnel);
        Assert.InRange(added * Tolerance, half, full);
        Assert.True(most * Tunnel >= added, "Tunnels alone are to exceed it.");
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void A_replica_has_room_for_its_tunnels_with_TLS_on_both_sides(string sizes)
    {
        var most = int.Parse(deployment.RelaySettings(sizes)["Relay__Overload__MaxTunnels"], CultureInfo.InvariantCulture);

        // The runtime has three quarters, and the relay is not ready from nine tenths of them on.
        Assert.InRange(Empty + (most * TunnelWithTls), 0, Memory(sizes) * 0.75 * 0.9);
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public void Cores_and_memory_are_a_pair_that_the_platform_has(string sizes)
    {
        var resources = deployment.Relay(sizes)["resources"]!;

        Assert.Equal((double)resources["cpu"]! * 2 * 1024 * 1024, Memory(sizes));
        Assert.Contains($"{Threshold(sizes)} % of", Readme, StringComparison.Ordinal);
    }

    private static int Tunnel => Figure(PlainTunnel());

    private static int TunnelWithTls => Figure(TlsTunnel());

    private static int Empty => Figure(EmptyRelay()) * 1024;

    // KiB of a replica.
    private double Memory(string sizes) =>
        int.Parse(((string)deployment.Relay(sizes)["resources"]!["memory"]!)[..^2], CultureInfo.InvariantCulture) * 1024 * 1024;

    private int Threshold(string sizes)
    {
        var rules = deployment.Resource(sizes, "Microsoft.App/containerApps")["properties"]!["template"]!["scale"]!["rules"]!.AsArray();
        var memory = Assert.Single(rules, rule => (string)rule!["name"]! == "memory")!["custom"]!;
        Assert.Equal(("memory", "Utilization"), ((string)memory["type"]!, (string)memory["metadata"]!["type"]!));
        Assert.DoesNotContain(rules, rule => rule!["http"] is not null);
        return int.Parse((string)memory["metadata"]!["value"]!, CultureInfo.InvariantCulture);
    }

    private static int Figure(Regex text) => int.Parse(text.Match(Readme).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Plan (\d+) KiB for an idle tunnel")]
    private static partial Regex PlainTunnel();

    [GeneratedRegex(@"(\d+)\s+KiB with TLS")]
    private static partial Regex TlsTunnel();

    [GeneratedRegex(@"the relay without any takes (\d+) MiB")]
    private static partial Regex EmptyRelay();
}
