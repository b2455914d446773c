using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Operations;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Audit;

public sealed class AuditSecrecyTests
{
    private static readonly string[] SecretMembers = ["user_key", "app_key", "token", "secret_token"];

    [Fact]
    public async Task No_secret_of_any_operation_is_in_the_audit_log()
    {
        await using var app = await FunctionsApp.StartAsync();
        var secrets = new List<string> { FunctionsApp.AdminToken };
        foreach (var operation in AllOperations.List)
        {
            var stage = await Stage.SetAsync(app.Admin, operation.Needs);
            secrets.AddRange(SecretsIn(operation.Body is { } body ? JsonNode.Parse(stage.Fill(body)) : null));
            using var response = await stage.CallAsync(app.Admin, operation);
            if (response.Content.Headers.ContentType is not null)
            {
                secrets.AddRange(SecretsIn(await response.JsonAsync()));
            }
        }

        var rows = await app.Services.GetRequiredService<TableAccount>().Table("audit")
            .ScanAsync("", null, default).ToListAsync().Soon();

        // Of a token, an application and a key at least; and the entries do have bodies.
        Assert.True(secrets.Count > 3);
        Assert.Contains(rows, row => row.GetString("Before") is not null && row.GetString("After") is not null);
        var text = string.Join('\n', rows.SelectMany(row => row.Select(column => $"{column.Value}")));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    private static IEnumerable<string> SecretsIn(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => SecretMembers.Contains(member.Key) && member.Value is JsonValue value
            ? [value.ToString()]
            : SecretsIn(member.Value)),
        JsonArray items => items.SelectMany(SecretsIn),
        _ => [],
    };
}
