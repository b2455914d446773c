using System.Reflection;
using System.Text.RegularExpressions;
using Serverless.Relay.SignalR;
using Serverless.Tests.Common;

namespace Serverless.Relay.FunctionalTests.SignalR;

/// <summary>Keeps true what <c>relay/SignalR/README.md</c> says of the emulation.</summary>
public sealed partial class ReadmeTests
{
    private static string Readme => File.ReadAllText(Repository.Path("relay/SignalR/README.md"));

    [Fact]
    public void Its_table_names_every_test_and_none_that_there_is_not()
    {
        var there =
            from type in typeof(ReadmeTests).Assembly.GetTypes()
            where type.Namespace == typeof(ReadmeTests).Namespace && type != typeof(ReadmeTests)
            from method in type.GetMethods()
            where method.GetCustomAttributes<FactAttribute>().Any()
            select $"{type.Name}.{method.Name}";

        var named = TestName().Matches(Readme).Select(match => match.Groups[1].Value).Distinct();

        Assert.Equal(there.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_it_does_is_held_by_a_test()
    {
        var unheld = Readme.Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Split(" | ") is { Length: 5 } cells && cells[1].StartsWith("yes", StringComparison.Ordinal))
            .Where(line => !TestName().IsMatch(line));

        Assert.Empty(unheld);
    }

    [Fact]
    public void It_lists_every_line_of_the_REST_plane_with_its_status_and_no_other()
    {
        var lines = RestTable.Operations.Select(operation => $"| `{operation.Methods} {operation.Template}` | {operation.Status} |");

        Assert.Equal(lines, Readme.Split('\n').Where(line => line.Contains(" /api/", StringComparison.Ordinal) && line.StartsWith("| `", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex TestName();
}
