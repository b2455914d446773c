using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>Spectral's rules for OpenAPI documents, and those of functions/.spectral.yaml.</summary>
public sealed class SpectralTests
{
    private const string Package = "tests/Functions.Tests/OpenApi";

    [Fact]
    public async Task Spectral_finds_nothing()
    {
        var command = Repository.Path($"{Package}/node_modules/.bin/spectral");
        Assert.True(File.Exists(command), $"Spectral is missing: run npm ci --prefix {Package}");

        await using var spectral = ChildProcess.Start(
            "node",
            [command, "lint", "functions/openapi.yaml", "--ruleset", "functions/.spectral.yaml", "--fail-severity", "hint"]);
        var exit = await spectral.ExitAsync(TimeSpan.FromMinutes(3));

        Assert.True(exit == 0, string.Join('\n', spectral.Output));
        Assert.Contains(spectral.Output, line => line.Contains("No results", StringComparison.Ordinal));
    }
}
