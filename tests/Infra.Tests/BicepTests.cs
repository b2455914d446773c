using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>The templates, as the compiler and its linter see them.</summary>
public sealed class BicepTests : IDisposable
{
    private readonly Bicep _bicep = new();

    public void Dispose() => _bicep.Dispose();

    [Fact]
    public async Task Every_template_compiles_and_the_linter_has_nothing_to_say() =>
        Assert.Empty(await _bicep.RunAsync("lint", "--pattern", "**/*.bicep"));

    [Theory]
    [InlineData("main.dev.bicepparam")]
    [InlineData("main.prod.bicepparam")]
    public async Task Every_set_of_parameters_is_whole(string parameters) =>
        Assert.Empty(await _bicep.RunAsync("build-params", parameters, "--outfile", Path.Combine(_bicep.Folder, "parameters.json")));

    [Fact]
    public async Task Every_file_is_laid_out_as_the_formatter_does()
    {
        await _bicep.RunAsync("format", "--pattern", "**/*.bicep");
        await _bicep.RunAsync("format", "--pattern", "**/*.bicepparam");

        var different = Bicep.Files.Where(file =>
            File.ReadAllText(Path.Combine(_bicep.Folder, file)) != File.ReadAllText(Path.Combine(Repository.Path("infra"), file)));
        Assert.Empty(different);
    }

    [Fact]
    public void Every_module_is_part_of_the_whole()
    {
        var texts = Bicep.Files.Where(file => file.EndsWith(".bicep", StringComparison.Ordinal))
            .Select(file => File.ReadAllText(Path.Combine(_bicep.Folder, file)));

        var unused = Bicep.Files.Where(file => file.StartsWith("modules", StringComparison.Ordinal))
            .Where(file => !texts.Any(text => text.Contains($"{Path.GetFileName(file)}'", StringComparison.Ordinal)));
        Assert.Empty(unused);
    }
}
