using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Serverless.Infra.Tests;

/// <summary>What the parameters of development and production would make, asked of the compiler once for all tests.</summary>
public sealed partial class PredictedDeployment : IAsyncLifetime
{
    private static readonly Lazy<Task<Dictionary<string, IReadOnlyList<JsonNode>>>> Predicted = new(PredictAsync);

    private Dictionary<string, IReadOnlyList<JsonNode>> _resources = [];

    public async Task InitializeAsync() => _resources = await Predicted.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>The only resource of a type.</summary>
    internal JsonNode Resource(string sizes, string type) => Assert.Single(All(sizes, type));

    internal IEnumerable<JsonNode> All(string sizes, string type) =>
        _resources[sizes].Where(resource => (string)resource["type"]! == type);

    internal IReadOnlyList<JsonNode> All(string sizes) => _resources[sizes];

    /// <summary>The functions' settings. Those that only the deployment knows are expressions in brackets.</summary>
    internal IReadOnlyDictionary<string, string> FunctionsSettings(string sizes) =>
        Resource(sizes, "Microsoft.Web/sites/config")["properties"]!.AsObject()
            .ToDictionary(setting => setting.Key, setting => (string)setting.Value!);

    /// <summary>The relay's container.</summary>
    internal JsonNode Relay(string sizes) =>
        Assert.Single(Resource(sizes, "Microsoft.App/containerApps")["properties"]!["template"]!["containers"]!.AsArray())!;

    /// <summary>The relay's environment variables.</summary>
    internal IReadOnlyDictionary<string, string> RelaySettings(string sizes) =>
        Relay(sizes)["env"]!.AsArray().ToDictionary(variable => (string)variable!["name"]!, variable => (string)variable!["value"]!);

    /// <summary>Who may do what with which type of resource: <c>functions: Microsoft.KeyVault/vaults: {role}</c>.</summary>
    internal IEnumerable<string> Roles(string sizes) =>
        from assignment in All(sizes, "Microsoft.Authorization/roleAssignments")
        let properties = assignment["properties"]!
        let who = Identity().Match((string)properties["principalId"]!) is { Success: true } identity
            ? identity.Groups[1].Value
            : (string)properties["principalId"]!
        let target = Target().Match((string)assignment["id"]!).Groups[1].Value
        select $"{who}: {target}: {((string)properties["roleDefinitionId"]!).Split('/')[^1]}";

    private static async Task<Dictionary<string, IReadOnlyList<JsonNode>>> PredictAsync()
    {
        using var bicep = new Bicep();
        var dev = bicep.PredictAsync("main.dev.bicepparam");
        var prod = bicep.PredictAsync("main.prod.bicepparam");
        return new() { ["dev"] = await dev, ["prod"] = await prod };
    }

    [GeneratedRegex(@"outputs\.(\w+)\.value\.principalId")]
    private static partial Regex Identity();

    [GeneratedRegex(@"'(Microsoft\.(?!Resources|Authorization)\w+/\w+)'")]
    private static partial Regex Target();
}
