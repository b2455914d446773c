namespace Serverless.Tests.Common;

/// <summary>Where the tests find what is not compiled into them.</summary>
public static class Repository
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>The folder that holds <c>Serverless.sln</c>, without a slash at the end.</summary>
    public static string Root => Found.Value;

    /// <summary>A path below <see cref="Root"/>, given with <c>/</c>.</summary>
    public static string Path(string relative) =>
        System.IO.Path.Combine([Root, .. relative.Split('/')]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Serverless.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Serverless.sln.");
    }
}
