using Microsoft.Azure.Functions.Worker;

namespace Serverless.StandIns.Tests.Worker;

/// <summary>
/// All that the stand-in of the worker shows, the package shows too. Not every feed carries the package, so what it shows is
/// kept in a file.
/// </summary>
public sealed class WorkerSurfaceTests
{
    private static readonly Dictionary<string, PackageType> Package = Read(
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Worker", "Worker.surface.txt")));

    public static TheoryData<Type> Types => [.. typeof(FunctionContext).Assembly.GetExportedTypes()];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_type_of_the_worker_is_the_packages(Type type)
    {
        Assert.True(Package.TryGetValue($"{type.Namespace} {WorkerSurface.Head(type)}", out var package), WorkerSurface.Head(type));
        Assert.Subset(package.Bases.ToHashSet(), WorkerSurface.Bases(type).ToHashSet());
        Assert.Subset(package.Members.ToHashSet(), WorkerSurface.Members(type).ToHashSet());
    }

    [Fact]
    public void The_package_has_no_type_in_the_file_that_the_stand_in_has_not() =>
        Assert.Equal(Package.Count, Types.Count);

    private static Dictionary<string, PackageType> Read(IEnumerable<string> lines)
    {
        var types = new Dictionary<string, PackageType>();
        var (space, current) = ("", "");
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.StartsWith("namespace ", StringComparison.Ordinal))
            {
                space = line["namespace ".Length..];
            }
            else if (line.StartsWith("      ", StringComparison.Ordinal))
            {
                types[current].Members.Add(line.Trim());
            }
            else
            {
                var head = line.Trim().Split(" : ");
                current = $"{space} {head[0]}";
                types[current] = new(head.Length > 1 ? Bases(head[1]) : [], []);
            }
        }

        return types;
    }

    // At the commas that stand in no brackets.
    private static List<string> Bases(string text)
    {
        var bases = new List<string> { "" };
        var depth = 0;
        foreach (var c in text)
        {
            depth += c == '<' ? 1 : c == '>' ? -1 : 0;
            if (c == ',' && depth == 0)
            {
                bases.Add("");
            }
            else
            {
                bases[^1] += c;
            }
        }

        return [.. bases.Select(one => one.Trim())];
    }

    private sealed record PackageType(List<string> Bases, List<string> Members);
}
