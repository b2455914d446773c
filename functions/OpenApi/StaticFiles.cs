using System.Collections.Frozen;

namespace Serverless.Functions.OpenApi;

/// <summary>
/// The document and the files of the page that shows it, as the build has put them into the assembly: the renderer's only
/// where npm had installed it.
/// </summary>
internal sealed class StaticFiles
{
    private const string DocumentName = "openapi.yaml";
    private const string Folder = "docs/";

    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>
    {
        [".yaml"] = "application/yaml; charset=utf-8",
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".png"] = "image/png",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, StaticFile> _files;

    public StaticFiles()
    {
        var assembly = typeof(StaticFiles).Assembly;
        Document = Read(DocumentName);
        _files = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Folder.Length..], Read);
        Page = _files[_files.ContainsKey("swagger-ui-bundle.js") ? "page.html" : "not-built.html"];

        StaticFile Read(string name)
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            var content = new byte[resource.Length];
            resource.ReadExactly(content);
            return new(MediaTypes[Path.GetExtension(name)], content);
        }
    }

    /// <summary>openapi.yaml.</summary>
    public StaticFile Document { get; }

    /// <summary>The page, or where it could not be built the one that says how it is.</summary>
    public StaticFile Page { get; }

    /// <summary>What the page loads; null for everything else.</summary>
    public StaticFile? Find(string name) =>
        name.EndsWith(".html", StringComparison.Ordinal) ? null : _files.GetValueOrDefault(name);
}
