using Serverless.Tests.Common;

namespace Serverless.Infra.Tests;

/// <summary>
/// What an image holds, made as its Dockerfile says, without a container engine: the files that it copies, the command that it
/// publishes with, and a folder that the process may only read.
/// </summary>
internal sealed class PublishedImage : IDisposable
{
    private const string Nobody = "65534";

    private static readonly string[] Ignored = ["bin", "obj", "node_modules"];

    private readonly string _folder;

    private PublishedImage(Dockerfile dockerfile, string folder)
    {
        Dockerfile = dockerfile;
        _folder = folder;
    }

    public Dockerfile Dockerfile { get; }

    /// <summary>What stands in the image at <c>/app</c>.</summary>
    public string App => Path.Combine(_folder, "app");

    public static async Task<PublishedImage> BuildAsync(string project)
    {
        var image = new PublishedImage(Dockerfile.Read(project), Directory.CreateTempSubdirectory("image-").FullName);
        var source = Directory.CreateDirectory(Path.Combine(image._folder, "source")).FullName;
        foreach (var instruction in image.Dockerfile.Build)
        {
            switch (instruction.Name)
            {
                case "COPY":
                    Copy(instruction.Text.Split(' '), source);
                    break;
                case "RUN":
                    await image.PublishAsync(instruction.Text.Split(' '), source);
                    break;
            }
        }

        MakeReadOnly(image._folder);
        return image;
    }

    /// <summary>Starts the process as the image does: in its folder, as somebody without rights, with nothing else in its environment.</summary>
    public ChildProcess Start(IReadOnlyDictionary<string, string> settings) => Run(Dockerfile.EntryPoint, settings);

    /// <summary>Starts what asks whether it is well, as a container engine does in the same place.</summary>
    public ChildProcess AskHealth(IReadOnlyDictionary<string, string> settings) => Run(Dockerfile.HealthCheck, settings);

    public void Dispose()
    {
        foreach (var folder in Directory.EnumerateDirectories(_folder, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.UserWrite);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private ChildProcess Run(IReadOnlyList<string> program, IReadOnlyDictionary<string, string> settings)
    {
        var environment = Dockerfile.Environment.Concat(settings).GroupBy(pair => pair.Key).Select(group => $"{group.Key}={group.Last().Value}");
        string[] command =
        [
            "prlimit", "--nofile=4096", "--core=0",
            .. System.Environment.IsPrivilegedProcess
                ? new[] { "setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all" }
                : [],
            "env", "-i", $"PATH={System.Environment.GetEnvironmentVariable("PATH")}", "HOME=/nonexistent", "TMPDIR=/nonexistent", .. environment,
            .. program,
        ];
        return ChildProcess.Start(command[0], command[1..], workingDirectory: App);
    }

    private async Task PublishAsync(IReadOnlyList<string> command, string source)
    {
        Assert.Equal(["dotnet", "publish"], command.Take(2));
        string[] arguments = [.. command.Skip(1).Select(Here), "--nologo", "-v", "quiet"];
        await using var publish = ChildProcess.Start("dotnet", arguments, workingDirectory: source);
        var code = await publish.ExitAsync(TimeSpan.FromMinutes(15));
        Assert.True(code == 0, string.Join('\n', publish.Output));
    }

    // A feed that is known not to carry the package is the only thing in which this machine may differ from the image.
    private string Here(string word) => word switch
    {
        "/app" => App,
        "-p:AzureTablesPackage=true" when Environment.GetEnvironmentVariable("AzureTablesPackage") == "false" => "-p:AzureTablesPackage=false",
        _ => word,
    };

    private static void Copy(IReadOnlyList<string> paths, string source)
    {
        var target = Path.Combine(source, paths[^1]);
        foreach (var path in paths.SkipLast(1))
        {
            var from = Repository.Path(path);
            if (File.Exists(from))
            {
                File.Copy(from, Path.Combine(target, Path.GetFileName(from)), overwrite: true);
            }
            else
            {
                CopyFolder(from, target);
            }
        }
    }

    // As .dockerignore has it.
    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(file => Path.GetFileName(file) != "local.settings.json"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => !Ignored.Contains(Path.GetFileName(folder))))
        {
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    private static void MakeReadOnly(string folder)
    {
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Directory.Delete(Path.Combine(folder, "source"), recursive: true);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, read | enter);
        }

        foreach (var inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Append(folder))
        {
            File.SetUnixFileMode(inner, read | enter | (inner == folder ? UnixFileMode.UserWrite : 0));
        }
    }
}
