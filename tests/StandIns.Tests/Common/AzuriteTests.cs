using System.Net;
using System.Text.RegularExpressions;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Common;

/// <summary>The ground the other tests stand on: the emulator, and programs started by tests.</summary>
public sealed partial class AzuriteTests
{
    [Fact]
    public async Task The_emulator_answers_on_a_port_of_its_own()
    {
        var azurite = await Azurite.SharedAsync().Soon();
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri($"{azurite.Endpoint}/Tables")).Soon();

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(azurite.Account.Endpoint, azurite.Endpoint);
    }

    [Fact]
    public async Task Each_account_is_another()
    {
        var azurite = await Azurite.SharedAsync().Soon();

        Assert.NotEqual(azurite.NewAccount().Name, azurite.NewAccount().Name);
    }

    [Fact]
    public async Task The_emulator_ends_when_the_one_who_started_it_is_killed()
    {
        await using var starter = ChildProcess.Start("sh", ["-c",
            "mkfifo $0/in; node infra/local/azurite-table.cjs --exitWithStdin --tablePort 0 --inMemoryPersistence "
            + "--disableTelemetry --silent < $0/in & exec 3> $0/in; echo emulator=$!; exec cat",
            Directory.CreateTempSubdirectory().FullName]);
        var emulator = (await starter.LineAsync(EmulatorId()).Soon()).Groups[1].Value;
        await starter.LineAsync(TablePort()).Soon();

        await using var watcher = ChildProcess.Start("tail", ["--pid", emulator, "-f", "/dev/null"]);
        await using var killer = ChildProcess.Start("kill", ["-KILL", $"{starter.Id}"]);

        Assert.Equal(0, await watcher.ExitAsync().Soon());
    }

    [Fact]
    public async Task A_child_process_ends_on_request_and_tells_its_exit_code()
    {
        await using var child = ChildProcess.Start("sh", ["-c", "trap 'echo told; exit 7' TERM; echo up; while :; do read line; done"]);
        await child.LineAsync(new Regex("^up$")).Soon();

        child.Terminate();

        Assert.Equal(7, await child.ExitAsync().Soon());
        await child.LineAsync(new Regex("^told$")).Soon();
    }

    [Fact]
    public async Task A_line_that_cannot_come_any_more_is_an_error_that_shows_what_was_printed()
    {
        await using var child = ChildProcess.Start("sh", ["-c", "echo something else"]);

        var error = await Assert.ThrowsAsync<EndOfStreamException>(() => child.LineAsync(new Regex("^never$")).Soon());

        Assert.Contains("something else", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_of_a_child_process_ends_what_it_started_too()
    {
        var child = ChildProcess.Start("sh", ["-c", "sleep 600 & echo inner=$!; wait"]);
        var inner = (await child.LineAsync(new Regex(@"^inner=(\d+)$")).Soon()).Groups[1].Value;

        await child.DisposeAsync();

        await using var watcher = ChildProcess.Start("tail", ["--pid", inner, "-f", "/dev/null"]);
        Assert.Equal(0, await watcher.ExitAsync().Soon());
    }

    [GeneratedRegex(@"^emulator=(\d+)$")]
    private static partial Regex EmulatorId();

    [GeneratedRegex(@"^table-port=\d+$")]
    private static partial Regex TablePort();
}
