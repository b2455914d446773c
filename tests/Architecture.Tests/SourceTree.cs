using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.Architecture.Tests;

/// <summary>The repository's C# sources, by plane and folder.</summary>
internal static partial class SourceTree
{
    /// <summary>Every source file of a plane (<c>functions</c> or <c>relay</c>), build output left out.</summary>
    public static IReadOnlyList<SourceFile> Plane(string plane) =>
        [.. Directory.EnumerateFiles(Repository.Path(plane), "*.cs", SearchOption.AllDirectories)
            .Select(path => SourceFile.Read(Repository.Root, path))
            .Where(file => !file.Path.Contains("/bin/", StringComparison.Ordinal) && !file.Path.Contains("/obj/", StringComparison.Ordinal))];

    /// <summary>Namespaces of ours that a text names, in usings or in full: <c>Serverless.Relay.Tunnel</c>.</summary>
    public static IEnumerable<string> NamespacesIn(string text) =>
        OurNamespace().Matches(text).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"\bServerless\.(?:Contracts|(?:Functions|Relay)\.[A-Z]\w*)\b")]
    private static partial Regex OurNamespace();
}

/// <summary>One source file.</summary>
/// <param name="Path">Relative to the root, with forward slashes.</param>
/// <param name="Text">Its content.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The folder below the plane that holds it: <c>Tunnel</c> for <c>relay/Tunnel/Pump.cs</c>; empty at the plane's root.</summary>
    public string Folder => Path.Split('/') is { Length: > 2 } parts ? parts[1] : "";

    public static SourceFile Read(string root, string path) =>
        new(System.IO.Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path));
}
