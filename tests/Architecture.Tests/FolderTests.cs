namespace Serverless.Architecture.Tests;

public sealed class FolderTests
{
    private static readonly string[] Drawers =
        ["Services", "Models", "Interfaces", "Helpers", "Utils", "Utilities", "Common", "Infrastructure", "Managers"];

    [Theory]
    [InlineData("functions")]
    [InlineData("relay")]
    public void A_folder_uses_only_the_folders_it_may(string plane)
    {
        var forbidden =
            from file in Sources(plane)
            where file.Folder.Length > 0
            from name in SourceTree.NamespacesIn(file.Text)
            let used = name.Split('.')[^1]
            where AllowedArrows.Of(plane, file.Folder)?.Contains(used) != true
            select $"{file.Path} uses {name}";

        Assert.Empty(forbidden);
    }

    [Theory]
    [InlineData("functions")]
    [InlineData("relay")]
    public void A_plane_never_uses_the_other(string plane)
    {
        var other = plane == "relay" ? "Serverless.Functions." : "Serverless.Relay.";

        var crossing = Sources(plane).Where(file => file.Text.Contains(other, StringComparison.Ordinal)).Select(file => file.Path);

        Assert.Empty(crossing);
    }

    [Theory]
    [InlineData("functions", "Serverless.Functions")]
    [InlineData("relay", "Serverless.Relay")]
    public void A_namespace_is_its_folder(string plane, string root)
    {
        var misplaced =
            from file in Sources(plane)
            let expected = file.Folder switch { "" => null, "Contracts" => "Serverless.Contracts", var folder => $"{root}.{folder}" }
            where expected is not null && !file.Text.Contains($"\nnamespace {expected};", StringComparison.Ordinal)
                && !file.Text.StartsWith($"namespace {expected};", StringComparison.Ordinal)
            select file.Path;

        Assert.Empty(misplaced);
    }

    [Theory]
    [InlineData("functions")]
    [InlineData("relay")]
    public void A_folder_names_a_capability(string plane)
    {
        Assert.Empty(Sources(plane).Select(file => file.Folder).Distinct().Intersect(Drawers));
    }

    [Theory]
    [InlineData("functions")]
    [InlineData("relay")]
    public void A_file_stays_below_400_lines_and_Program_below_41(string plane)
    {
        var long_ =
            from file in Sources(plane)
            let lines = file.Text.Count(c => c == '\n')
            where lines > (file.Path == $"{plane}/Program.cs" ? 40 : 400)
            select $"{file.Path}: {lines} lines";

        Assert.Empty(long_);
    }

    [Fact]
    public void What_speaks_HTTP_does_not_know_Azure_Tables()
    {
        var knowing =
            from file in Sources("functions")
            where file.Text.Contains("using Azure.Data.Tables", StringComparison.Ordinal)
            where file.Folder is "Http" or "Hosting" or "Contracts" || file.Path.EndsWith("Api.cs", StringComparison.Ordinal)
            select file.Path;

        Assert.Empty(knowing);
    }

    [Fact]
    public void Only_timers_read_whole_tables()
    {
        var scanning = Sources("functions")
            .Where(file => file.Text.Contains(".ScanAsync(", StringComparison.Ordinal)
                || file.Text.Contains(".NextPartitionAsync(", StringComparison.Ordinal))
            .Select(file => file.Folder)
            .Distinct();

        Assert.Equal(["Housekeeping"], scanning);
    }

    // StandIns are other people's namespaces; the console is not C#.
    private static List<SourceFile> Sources(string plane)
    {
        var files = SourceTree.Plane(plane).Where(file => file.Folder != "StandIns").ToList();
        Assert.NotEmpty(files);
        return files;
    }
}
