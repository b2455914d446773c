using System.Text.RegularExpressions;
using Serverless.Functions.Tests.OpenApi;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Hosting;

/// <summary>The functions as a process of their own.</summary>
public sealed partial class ProcessTests
{
    [Fact]
    public async Task A_process_serves_the_functions_until_it_is_told_to_stop()
    {
        await using var process = await StartAsync([]);
        var listening = await process.LineAsync(Listening());
        using var client = DocumentedAnswers.Client(new Uri(listening.Groups[1].Value));
        Assert.Equal("""{"status":"ok"}""", (await client.DoAsync("GET", "/api/health")).ToJsonString());

        process.Terminate();

        Assert.Equal(0, await process.ExitAsync());
    }

    private static async Task<ChildProcess> StartAsync(string[] arguments) => ChildProcess.Start(
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Serverless.Functions.dll"), .. arguments],
        new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["Storage__ConnectionString"] = (await Azurite.SharedAsync().Soon()).NewAccount().ConnectionString,
            ["Keys__Pepper"] = Convert.ToBase64String(new byte[32]),
            ["AdminToken"] = FunctionsApp.AdminToken,
        });

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
