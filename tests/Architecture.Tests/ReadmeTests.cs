using System.Text.RegularExpressions;
using Serverless.Relay.Outcomes;
using Serverless.Tests.Common;

namespace Serverless.Architecture.Tests;

public sealed partial class ReadmeTests
{
    private static string Readme => File.ReadAllText(Repository.Path("README.md"));

    [Fact]
    public void The_tree_names_every_folder_and_nothing_else()
    {
        var said = TreeLine().Matches(Readme).Select(match => match.Groups["path"].Value.TrimEnd('/')).ToHashSet();

        var there = new[] { "functions", "relay", "tests", "infra" }
            .SelectMany(top => Directory.EnumerateDirectories(Repository.Path(top))
                .Select(folder => $"{top}/{Path.GetFileName(folder)}"))
            .Where(folder => Path.GetFileName(folder) is not ("bin" or "obj"))
            .ToHashSet();

        Assert.Equal(there.Order(), said.Order());
    }

    [Fact]
    public void Every_file_that_it_links_to_exists()
    {
        var missing = Link().Matches(Readme)
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(Repository.Root, target.Split('#')[0])));

        Assert.Empty(missing);
    }

    [Fact]
    public void It_lists_every_refusal_with_its_status_and_title()
    {
        var missing =
            from reason in Enum.GetValues<RefusalReason>()
            let row = RefusalTable.Row(reason)
            let line = $"| {row.Status} | `{row.Code}` | {row.Title} |"
            where !Readme.Contains(line, StringComparison.Ordinal)
            select line;

        Assert.Empty(missing);
    }

    [Fact]
    public void It_lists_every_end_of_a_tunnel_with_what_each_side_is_told()
    {
        var missing =
            from end in Enum.GetValues<TunnelEnd>()
            where end != TunnelEnd.None
            let row = end.Row()
            let told = $"| {Told(row.ToClient)} | {Told(row.ToBackend)} |"
            where !Array.Exists(Readme.Split('\n'), line => line.StartsWith($"| `{row.Tag}` |", StringComparison.Ordinal) && line.EndsWith(told, StringComparison.Ordinal))
            select row.Tag;

        Assert.Empty(missing);

        static string Told(CloseReason? reason) => reason is null ? "" : $"{reason.Code} {reason.Text}";
    }

    [Fact]
    public void It_lists_every_setting_of_the_relay()
    {
        var missing =
            from options in typeof(RefusalTable).Assembly.GetTypes()
            where options.Name.EndsWith("Options", StringComparison.Ordinal) && options.Namespace!.StartsWith("Serverless.Relay", StringComparison.Ordinal)
            let section = options.Name == "ListeningOptions" ? "Listen" : options.Name[..^"Options".Length]
            from property in options.GetProperties().Where(property => property.CanWrite)
            let setting = $"`Relay__{section}__{property.Name}`"
            where !Readme.Contains(setting, StringComparison.Ordinal)
            select setting;

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_operation_that_it_names_exists()
    {
        var existing = SourceTree.Plane("functions")
            .SelectMany(file => Trigger().Matches(file.Text))
            .Select(match => $"{match.Groups["verb"].Value.ToUpperInvariant()} {WithoutNames(match.Groups["route"].Value)}")
            .ToHashSet();

        var missing =
            from named in Operation().Matches(Readme)
            from verb in named.Groups["verbs"].Value.Split(' ')
            let operation = $"{verb} {WithoutNames(named.Groups["path"].Value)}"
            where !existing.Contains(operation)
            select operation;

        Assert.Empty(missing);
    }

    // products/{p} and products/{product} are the same.
    private static string WithoutNames(string route) => Variable().Replace(route, "{}");

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Variable();

    // In code: `GET PUT products/{p}`, `POST accounts/{a}:approve`.
    [GeneratedRegex(@"`(?<verbs>(?:GET|POST|PUT|DELETE)(?: (?:GET|POST|PUT|DELETE))*) (?:/?api/)?(?<path>[a-z][^`?\s]*)`")]
    private static partial Regex Operation();

    [GeneratedRegex(@"""(?<verb>get|post|put|delete)"", Route = ""api/(?<route>[^""]+)""")]
    private static partial Regex Trigger();

    // A line of the tree: "functions/Http/      what it is".
    [GeneratedRegex(@"^(?<path>(?:functions|relay|tests|infra)/[\w.]+/) +\S", RegexOptions.Multiline)]
    private static partial Regex TreeLine();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
