using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Name">Such as <c>COPY</c>.</param>
/// <param name="Text">What follows, on one line.</param>
internal sealed record Instruction(string Name, string Text);

/// <summary>A Dockerfile of two stages, as far as the ones here go.</summary>
/// <param name="Build">The stage that publishes.</param>
/// <param name="Final">The stage that becomes the image.</param>
internal sealed partial record Dockerfile(IReadOnlyList<Instruction> Build, IReadOnlyList<Instruction> Final)
{
    /// <summary>Reads <c>{project}/Dockerfile</c>.</summary>
    public static Dockerfile Read(string project)
    {
        var lines = File.ReadAllLines(Repository.Path($"{project}/Dockerfile")).Where(line => !line.StartsWith('#'));
        var instructions = Continued().Replace(string.Join('\n', lines), " ")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2))
            .Select(parts => new Instruction(parts[0], parts[1].Trim()))
            .ToList();
        var final = instructions.FindLastIndex(instruction => instruction.Name == "FROM");
        return new([.. instructions[..final]], [.. instructions[final..]]);
    }

    /// <summary>The only instruction of the final stage with this name.</summary>
    public string Says(string name) => Final.Single(instruction => instruction.Name == name).Text;

    /// <summary>What the image's process finds in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => Final
        .Where(instruction => instruction.Name == "ENV")
        .SelectMany(instruction => Variable().Matches(instruction.Text))
        .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);

    /// <summary>The command that starts it.</summary>
    public IReadOnlyList<string> EntryPoint => JsonSerializer.Deserialize<string[]>(Says("ENTRYPOINT"))!;

    /// <summary>The command that says whether it is well.</summary>
    public IReadOnlyList<string> HealthCheck =>
        JsonSerializer.Deserialize<string[]>(Says("HEALTHCHECK").Split("CMD", 2)[1].Trim())!;

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex("""(?<name>\w+)=(?:"(?<value>[^"]*)"|(?<value>\S*))""")]
    private static partial Regex Variable();
}
