using System.Text.Json;
using Serverless.Contracts;

namespace Serverless.Relay.FunctionalTests;

/// <summary>Snapshots as promotion makes them, to be changed with <c>with</c>.</summary>
internal static class Snapshots
{
    /// <summary>The tutorial's product: one backend, one rule, the websocket policy.</summary>
    public static ProductSnapshot Echo(Uri backend, int version = 1) => new()
    {
        Product = "echo",
        Version = version,
        Credentials = new CredentialSettings(),
        Backends = [Usage(backend)],
        MappingRules = [new MappingRule { Method = "GET", Pattern = "/", Metric = "hits" }],
        PolicyChain = [Policy("websocket"), Policy("apicast")],
    };

    public static BackendUsage Usage(Uri backend, string path = "/") =>
        new() { Backend = "echo-backend", Path = path, PrivateBaseUrl = backend };

    public static ChainedPolicy Policy(string name) =>
        new() { Name = name, Configuration = JsonDocument.Parse("{}").RootElement };
}
