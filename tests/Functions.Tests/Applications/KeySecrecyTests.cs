using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Text;
using Azure.Core.Diagnostics;
using Azure.Data.Tables;
using Serverless.Functions.Tests.Hosting;

namespace Serverless.Functions.Tests.Applications;

public sealed class KeySecrecyTests
{
    [Fact]
    public async Task A_key_is_in_no_row_of_storage_and_in_no_line_of_a_log()
    {
        var lines = new ConcurrentQueue<string>();
        using var storageLog = new AzureEventSourceListener((_, message) => lines.Enqueue(message), EventLevel.Verbose);
        await using var app = await FunctionsApp.StartAsync();
        var market = await Market.OpenAsync(app.Admin);

        var keys = await UseAsync(app, market);

        var rows = await AllTextAsync(app.ConnectionString);
        Assert.Contains(market.Product, rows, StringComparison.Ordinal);
        Assert.NotEmpty(app.Log.Lines);
        Assert.NotEmpty(lines);
        foreach (var key in keys)
        {
            foreach (var form in new[] { key, Convert.ToBase64String(Encoding.ASCII.GetBytes(key)), Convert.ToHexString(Encoding.ASCII.GetBytes(key)) })
            {
                Assert.DoesNotContain(form, rows, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(app.Log.Lines, line => line.Contains(form, StringComparison.OrdinalIgnoreCase));
                Assert.DoesNotContain(lines, line => line.Contains(form, StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    // Everything that can be done with keys, good and bad.
    private static async Task<IReadOnlyList<string>> UseAsync(FunctionsApp app, Market market)
    {
        var made = await market.SellAsync();
        var own = "own." + Guid.NewGuid().ToString("N");
        var address = $"/api/applications/{made["id"]}";
        var second = await app.Admin.DoAsync("POST", address + "/keys", $$"""{"user_key":"{{own}}"}""");
        var never = "never-" + Guid.NewGuid().ToString("N");
        var invalid = "spaces are not allowed " + Guid.NewGuid().ToString("N");
        (await app.Admin.SendAsync("POST", address + "/keys", $$"""{"user_key":"{{own}}"}""")).Dispose();
        (await app.Admin.SendAsync("POST", address + "/keys", $$"""{"user_key":"{{invalid}}"}""")).Dispose();
        string[] keys = [(string)made["user_key"]!, own, never, invalid];
        foreach (var key in keys)
        {
            await market.JudgeAsync(key);
        }

        await app.Admin.DoAsync("POST", address + ":suspend");
        await app.Admin.DoAsync("DELETE", $"{address}/keys/{second["id"]}");
        await app.Admin.DoAsync("DELETE", address, ifMatch: "*");
        await market.JudgeAsync(own);
        return [.. keys, .. await UsePairsAsync(app)];
    }

    private static async Task<IReadOnlyList<string>> UsePairsAsync(FunctionsApp app)
    {
        var market = await Market.OpenAsync(app.Admin, "\"credentials\":{\"mode\":\"app_id\"}");
        var own = "own!" + Guid.NewGuid().ToString("N");
        var made = await market.SellAsync($"\"app_key\":\"{own}\"");
        var keys = $"/api/applications/{made["id"]}/keys";
        var second = (string)(await app.Admin.DoAsync("POST", keys, "{}"))["app_key"]!;
        var never = "never-" + Guid.NewGuid().ToString("N");
        var invalid = "spaces are not allowed " + Guid.NewGuid().ToString("N");
        (await app.Admin.SendAsync("POST", keys, $$"""{"app_key":"{{own}}"}""")).Dispose();
        (await app.Admin.SendAsync("POST", keys, $$"""{"app_key":"{{invalid}}"}""")).Dispose();
        foreach (var key in new[] { own, second, never })
        {
            await market.JudgeMembersAsync($"\"app_id\":\"{made["app_id"]}\",\"app_key\":\"{key}\"");
        }

        return [own, second, never, invalid];
    }

    private static async Task<string> AllTextAsync(string connectionString)
    {
        var text = new StringBuilder();
        var service = new TableServiceClient(connectionString);
        await foreach (var table in service.QueryAsync())
        {
            text.AppendLine(table.Name);
            await foreach (var row in service.GetTableClient(table.Name).QueryAsync<TableEntity>())
            {
                text.AppendJoin('\n', row.Select(column => $"{column.Key}={Show(column.Value)}")).AppendLine();
            }
        }

        return text.ToString();
    }

    private static string? Show(object? value) => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value?.ToString();
}
