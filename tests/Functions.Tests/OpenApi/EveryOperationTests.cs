using System.Net.Http.Headers;
using System.Text;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Declarative;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.OpenApi;

/// <summary>What is refused alike everywhere, tried on every operation that the document has.</summary>
public sealed class EveryOperationTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Theory]
    [InlineData("limit=0", "invalid_limit")]
    [InlineData("limit=101", "invalid_limit")]
    [InlineData("limit=ten", "invalid_limit")]
    [InlineData("limit=", "invalid_limit")]
    [InlineData("continue=", "invalid_continue")]
    [InlineData("continue=%21", "invalid_continue")]
    [InlineData("continue=AA", "invalid_continue")]
    public async Task A_list_refuses_a_part_that_cannot_be(string query, string code)
    {
        await EachAsync(operation => operation.Parameters.Any(p => p.Name == "continue"), async (operation, request) =>
        {
            using var answer = await app.Admin.SendAsync(operation.Method, $"{request.Path}?{query}");
            await answer.ProblemAsync(400, code);
        });
    }

    [Fact]
    public async Task A_change_needs_a_condition_and_one_that_is_an_ETag()
    {
        await EachAsync(operation => operation.Parameters.Any(p => p.Name == "If-Match"), async (operation, request) =>
        {
            using var malformed = await app.Admin.SendAsync(operation.Method, request.Path, request.Body, "unquoted");
            await malformed.ProblemAsync(400, "invalid_if_match");
            if (operation.Parameters.Single(p => p.Name == "If-Match").IsRequired)
            {
                using var missing = await app.Admin.SendAsync(operation.Method, request.Path, request.Body);
                await missing.ProblemAsync(428, "if_match_required");
            }
        });
    }

    [Fact]
    public async Task A_change_of_what_is_not_there_is_not_found_or_refused_for_what_it_refers_to()
    {
        await EachAsync(operation => operation.Method != "GET" && operation.Path.Contains('{', StringComparison.Ordinal), async (operation, request) =>
        {
            using var answer = await app.Admin.SendAsync(operation.Method, request.Path, request.Body, "*");
            await answer.ProblemAsync(404, "not_found");
        });
        await NothingIsWrittenAsync();
    }

    [Fact]
    public async Task A_body_needs_to_be_JSON_of_a_size_that_can_be()
    {
        await EachAsync(operation => operation.Body.Count > 0, async (operation, request) =>
        {
            // Some look first whether there is what they shall change.
            Assert.Contains(await SendAsync(operation, request, "{}", "text/csv"), new[] { 415, 404 });
            Assert.Contains(await SendAsync(operation, request, "{", "application/json"), new[] { 400, 404 });
            Assert.Contains(await SendAsync(operation, request, """{"no_such_member":1}""", "application/json"), new[] { 400, 404 });

            // The longest that any of them takes, and one more.
            var large = new string(' ', SourceDocument.MaxBytes) + "{}";
            Assert.Contains(await SendAsync(operation, request, large, "application/json"), new[] { 413, 404 });
        });
        await NothingIsWrittenAsync();
    }

    [Fact]
    public async Task Without_storage_all_that_needs_it_says_so()
    {
        await using var cut = await FunctionsApp.StartAsync(new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] =
                "DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=AAAA;TableEndpoint=http://127.0.0.1:1/nobody;",
        });
        cut.ExpectsErrors = true;
        var document = await ApiDocument.SharedAsync();

        await Task.WhenAll(document.Operations.Where(NeedsStorage).Select(async operation =>
        {
            var request = ExampleRequest.Of(document, operation);
            using var answer = await cut.Admin.SendAsync(operation.Method, request.Address, request.Body, "*");
            await answer.ProblemAsync(503, "storage_unavailable");
        }));
    }

    // But that it was asked for; and a deletion is told once more, should it be one that broke off. No test of this class makes
    // anything.
    private async Task NothingIsWrittenAsync()
    {
        var storage = app.Services.GetRequiredService<TableServiceClient>();
        foreach (var table in await storage.QueryAsync().ToListAsync().Soon())
        {
            if (!table.Name.EndsWith("audit", StringComparison.Ordinal) && !table.Name.EndsWith("events", StringComparison.Ordinal))
            {
                var rows = await storage.GetTableClient(table.Name).QueryAsync<TableEntity>().ToListAsync().Soon();
                Assert.True(rows.Count == 0, $"{table.Name}: {string.Join(", ", rows.Select(row => $"{row.PartitionKey} {row.RowKey}"))}");
            }
        }
    }

    // Who negotiates is only looked up, and the admin is not.
    private static bool NeedsStorage(Operation operation) =>
        operation.Answers.ContainsKey(503) && !operation.Id.EndsWith("-negotiate", StringComparison.Ordinal);

    private async Task<int> SendAsync(Operation operation, ExampleRequest example, string body, string type)
    {
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), example.Path)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)),
        };
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
        using var answer = await app.Admin.SendAsync(request).Soon();
        return (int)answer.StatusCode;
    }

    private static async Task EachAsync(Func<Operation, bool> choose, Func<Operation, ExampleRequest, Task> tryAsync)
    {
        var document = await ApiDocument.SharedAsync();
        var chosen = document.Operations.Where(choose).ToList();
        Assert.NotEmpty(chosen);
        foreach (var operation in chosen)
        {
            await tryAsync(operation, ExampleRequest.Of(document, operation));
        }
    }
}
