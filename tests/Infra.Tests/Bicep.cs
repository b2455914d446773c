using System.Reflection;
using System.Text.Json.Nodes;
using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>The Bicep compiler at work on a copy of the templates, so that what it writes is nobody's.</summary>
internal sealed class Bicep : IDisposable
{
    /// <summary>What the environment gives the parameters; what the hooks make among it.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Environment = new Dictionary<string, string?>
    {
        ["AZURE_ENV_NAME"] = "tests",
        ["AZURE_LOCATION"] = "westeurope",
        ["AZURE_PRINCIPAL_ID"] = "00000000-0000-0000-0000-00000000000a",
        ["GATEWAY_APP_ID"] = "00000000-0000-0000-0000-00000000000b",
        ["GATEWAY_ADMIN_TOKEN"] = AdminToken,
        ["GATEWAY_KEY_PEPPER"] = Pepper,
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
    };

    private const string AdminToken = "the-admin-token-of-the-templates-tests-0123456789";
    private const string Pepper = "dGhlIHBlcHBlciBvZiB0aGUgdGVtcGxhdGVzJyB0ZXN0cyE=";

    private static readonly string Compiler = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "BicepPath").Value!;

    /// <summary>Folder of the copy.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("bicep-").FullName;

    public Bicep()
    {
        foreach (var file in Files)
        {
            var copy = Path.Combine(Folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Repository.Path("infra"), file), copy);
        }
    }

    /// <summary>Every file of the templates, below <c>infra</c>.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. new[] { "*.bicep", "*.bicepparam", "bicepconfig.json" }
            .SelectMany(pattern => Directory.EnumerateFiles(Repository.Path("infra"), pattern, SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Path("infra"), path)),
    ];

    /// <summary>Runs the compiler and gives everything it printed; anything but success fails the test with that.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(params string[] arguments)
    {
        await using var compiler = ChildProcess.Start(Compiler, arguments, Environment, Folder);
        var code = await compiler.ExitAsync(TimeSpan.FromMinutes(3));
        Assert.True(code == 0, string.Join('\n', compiler.Output));
        return compiler.Output;
    }

    /// <summary>Every resource that a deployment with these parameters would make, and what it would be like.</summary>
    public async Task<IReadOnlyList<JsonNode>> PredictAsync(string parameters)
    {
        await RunAsync(
            "snapshot", parameters, "--mode", "overwrite", "--location", "westeurope",
            "--subscription-id", "00000000-0000-0000-0000-000000000001", "--tenant-id", "00000000-0000-0000-0000-000000000002");
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, Path.ChangeExtension(parameters, "snapshot.json")));
        return [.. JsonNode.Parse(text)!["predictedResources"]!.AsArray().Select(resource => resource!)];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
