using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.EndToEnd.Tests;

/// <summary><c>./run.sh</c> as a newcomer starts it, on free ports and with a data folder of its own.</summary>
public sealed partial class RunScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("run-").FullName;

    [Fact]
    public async Task It_serves_the_tutorial_keeps_what_was_created_and_leaves_no_process_behind()
    {
        var first = await RunAsync(async run =>
        {
            await Conversation.HoldAsync("tutorial", run.Url);
            await Conversation.HoldAsync("tutorial", run.StagingUrl);
            using var management = await run.ManagementAsync();
            await management.PostAsync("/api/products", """{"system_name":"mine","name":"Mine"}""");
        });

        var second = await RunAsync(async run =>
        {
            await Conversation.HoldAsync("tutorial", run.Url);
            using var management = await run.ManagementAsync();
            var products = await management.GetAsync("/api/products");
            Assert.Equal(["mine", "tutorial"], products["items"]!.AsArray().Select(p => p!["system_name"]!.GetValue<string>()).Order());
            Assert.Single((await management.GetAsync("/api/products/tutorial/mapping-rules"))["items"]!.AsArray());
            Assert.Single((await management.GetAsync("/api/applications/tutorial/keys"))["items"]!.AsArray());
        });

        Assert.Equal(first.UserKey, second.UserKey);
    }

    [Theory]
    [InlineData("^Building functions and relay")]
    [InlineData("^Starting Storage emulator")]
    [InlineData("^Starting Functions")]
    [InlineData("^Starting Relay")]
    public async Task Stopped_while_it_starts_it_leaves_no_process_behind_either(string step)
    {
        await using var script = Start();
        await script.LineAsync(new Regex(step), within: TimeSpan.FromMinutes(3));

        script.Terminate();

        Assert.Equal(0, await script.ExitAsync());
        await NoneIsLeftAsync().Soon(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_taken_port_is_named_together_with_its_variable()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        await using var script = Start(("FUNCTIONS_PORT", $"{port}"), ("RELAY_PORT", "none"));

        Assert.Equal(1, await script.ExitAsync());
        Assert.Contains(script.Output, line => line.Contains($"{port}", StringComparison.Ordinal) && line.Contains("FUNCTIONS_PORT", StringComparison.Ordinal));
        Assert.Contains(script.Output, line => line.Contains("RELAY_PORT", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<Run> RunAsync(Func<Run, Task> use)
    {
        await using var script = Start();
        await script.LineAsync(Up(), within: TimeSpan.FromMinutes(3));
        var run = Run.Read(Path.Combine(_folder, "run.json"));
        await use(run);

        script.Terminate();
        Assert.Equal(0, await script.ExitAsync());
        Assert.Empty(ProcessesOf(_folder));
        Assert.False(File.Exists(Path.Combine(_folder, "run.json")));
        return run;
    }

    private ChildProcess Start(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string?>
        {
            ["LOCAL_FOLDER"] = _folder,
            ["CONFIGURATION"] = GatewayProcesses.Configuration,
            ["AZURITE_TABLE_PORT"] = "0",
            ["FUNCTIONS_PORT"] = "0",
            ["RELAY_PORT"] = "0",
            ["RELAY_MANAGEMENT_PORT"] = "0",
            ["TUTORIAL_SERVER_PORT"] = "0",
            ["SIGNALR_PORT"] = "0",
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return ChildProcess.Start(Repository.Path("run.sh"), [], environment);
    }

    // The build's own children need a moment to notice that it has gone.
    private async Task NoneIsLeftAsync()
    {
        using var between = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (ProcessesOf(_folder).Any())
        {
            await between.WaitForNextTickAsync();
        }
    }

    // Every part is started with the folder in its environment, handed down from run.sh.
    private static IEnumerable<string> ProcessesOf(string folder) =>
        from process in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(process), out _)
        let environment = ReadOrEmpty(Path.Combine(process, "environ"))
        where environment.Contains($"LOCAL_FOLDER={folder}", StringComparison.Ordinal)
        select ReadOrEmpty(Path.Combine(process, "cmdline")).Replace('\0', ' ');

    private static string ReadOrEmpty(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The process has just ended, or is another user's.
            return "";
        }
    }

    [GeneratedRegex("Serverless Gateway is up")]
    private static partial Regex Up();

    private sealed record Run(Uri Api, string AdminTokenFile, string UserKey, Uri Url, Uri StagingUrl)
    {
        public static Run Read(string file)
        {
            var run = JsonNode.Parse(File.ReadAllText(file))!;
            var tutorial = run["tutorial"]!;
            return new(
                new Uri(run["api"]!.GetValue<string>()),
                run["adminTokenFile"]!.GetValue<string>(),
                tutorial["userKey"]!.GetValue<string>(),
                new Uri(tutorial["url"]!.GetValue<string>()),
                new Uri(tutorial["stagingUrl"]!.GetValue<string>()));
        }

        public async Task<ManagementClient> ManagementAsync() => new(Api, (await File.ReadAllTextAsync(AdminTokenFile)).Trim());
    }
}
