using System.Net;
using System.Text.Json.Nodes;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Operations;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Concurrency;

/// <summary>Many callers on one resource, half of them at another process on the same storage: one of them wins.</summary>
public sealed class ConcurrencyTests : IClassFixture<ConcurrencyTests.TwoProcesses>
{
    private const int Clients = 64;
    private const int Rounds = 2;

    private readonly TwoProcesses _processes;

    public ConcurrencyTests(TwoProcesses processes) => _processes = processes;

    public static TheoryData<Operation> Replacements => [.. AllOperations.List.Where(o => o.Method == "PUT" && o.Variant.Length == 0)];

    public static TheoryData<Operation> Creations =>
        [.. AllOperations.List.Where(o => o.Makes is not null && !IsDocument(o))];

    public static TheoryData<Operation> Documents => [.. AllOperations.List.Where(IsDocument)];

    [Theory]
    [MemberData(nameof(Replacements))]
    public async Task Of_all_who_change_what_they_have_read_exactly_one_wins_each_round(Operation operation)
    {
        var stage = await Stage.SetAsync(_processes.Admin(0), operation.Needs);
        var path = stage.Fill(operation.Path);
        for (var round = 0; round < Rounds; round++)
        {
            var tags = await AllAsync(async client => await TagAsync(client, path));
            Assert.Single(tags.Distinct());

            var answers = await AllAsync(async client =>
            {
                using var answer = await stage.CallAsync(_processes.Admin(client), operation, tags[client], client);
                return (answer.StatusCode, await answer.JsonAsync());
            });

            var (_, won) = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            Assert.Equal(Clients - 1, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
            Assert.True(JsonNode.DeepEquals(won, await _processes.Admin(round).DoAsync("GET", path)));
        }
    }

    [Theory]
    [MemberData(nameof(Creations))]
    public async Task Of_all_who_take_one_name_exactly_one_gets_it(Operation operation)
    {
        var stage = await Stage.SetAsync(_processes.Admin(0), operation.Needs);

        var answers = await AllAsync(async client =>
        {
            using var answer = await stage.CallAsync(_processes.Admin(client), operation);
            return answer.StatusCode;
        });

        Assert.Single(answers, HttpStatusCode.Created);
        Assert.Equal(Clients - 1, answers.Count(answer => answer == HttpStatusCode.Conflict));
        await _processes.Admin(1).DoAsync("GET", stage.Fill(operation.Makes!));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Of_all_who_apply_one_document_those_who_are_overtaken_find_it_applied(Operation operation)
    {
        var stage = await Stage.SetAsync(_processes.Admin(0), operation.Needs);

        var answers = await AllAsync(async client =>
        {
            using var answer = await stage.CallAsync(_processes.Admin(client), operation);
            return (answer.StatusCode, (string?)(await answer.JsonAsync())["code"]);
        });

        Assert.Contains((HttpStatusCode.OK, null), answers);
        Assert.All(answers, answer => Assert.True(answer is (HttpStatusCode.OK, null) or (HttpStatusCode.Conflict, "overtaken"), $"{answer}"));
        using var again = await stage.CallAsync(_processes.Admin(1), operation);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using var onceMore = await stage.CallAsync(_processes.Admin(0), operation);
        Assert.DoesNotContain("\"create\"", await onceMore.Content.ReadAsStringAsync().Soon(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_all_who_promote_from_what_they_have_read_exactly_one_wins_each_round()
    {
        var promote = AllOperations.List.Single(o => o.Function == "products-configs-promote-to-staging");
        var stage = await Stage.SetAsync(_processes.Admin(0), promote.Needs + " staging");
        var path = stage.Fill("{product}/configs/staging");
        for (var round = 0; round < Rounds; round++)
        {
            await _processes.Admin(0).DoAsync(
                "POST",
                stage.Fill("{product}/mapping-rules"),
                $$"""{"method":"GET","pattern":"/round{{round}}","metric":"hits"}""");
            var tags = await AllAsync(client => TagAsync(client, path));

            var answers = await AllAsync(async client =>
            {
                using var answer = await stage.CallAsync(_processes.Admin(client), promote, tags[client]);
                return answer.StatusCode;
            });

            // The one who moves the pointer need not be the one who made the version.
            Assert.Single(answers, answer => answer is HttpStatusCode.Created or HttpStatusCode.OK);
            Assert.All(
                answers.Where(answer => answer is not (HttpStatusCode.Created or HttpStatusCode.OK)),
                answer => Assert.True(answer is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict, $"{answer}"));
            Assert.Equal(round + 2, (int)(await _processes.Admin(1).DoAsync("GET", path))["version"]!);
        }
    }

    [Theory]
    [InlineData("products-configs-pin", "{product}/configs/staging")]
    [InlineData("products-configs-rollback", "{product}/configs/staging")]
    [InlineData("products-plans-make-default", "{plan}")]
    [InlineData("applications-suspend", "{application}")]
    public async Task Of_all_who_act_on_what_they_have_read_exactly_one_does(string function, string resource)
    {
        var operation = AllOperations.List.Single(o => o.Function == function);
        var stage = await Stage.SetAsync(_processes.Admin(0), operation.Needs);
        var tags = await AllAsync(client => TagAsync(client, stage.Fill(resource)));

        var answers = await AllAsync(async client =>
        {
            using var answer = await stage.CallAsync(_processes.Admin(client), operation, tags[client]);
            return answer.StatusCode;
        });

        Assert.Single(answers, HttpStatusCode.OK);
        Assert.Equal(Clients - 1, answers.Count(answer => answer == HttpStatusCode.PreconditionFailed));
    }

    private async Task<string> TagAsync(int client, string path)
    {
        using var read = await _processes.Admin(client).SendAsync("GET", path);
        return read.Headers.ETag!.ToString();
    }

    private static bool IsDocument(Operation operation) => operation.Function.StartsWith("documents-", StringComparison.Ordinal);

    private static Task<T[]> AllAsync<T>(Func<int, Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(call)).Soon();

    /// <summary>Two processes on the same tables.</summary>
    public sealed class TwoProcesses : IAsyncLifetime
    {
        private FunctionsApp _one = null!;
        private FunctionsApp _other = null!;

        public async Task InitializeAsync()
        {
            _one = await FunctionsApp.StartAsync();
            _other = await _one.RestartAsync();
        }

        public async Task DisposeAsync()
        {
            await _other.DisposeAsync();
            await _one.DisposeAsync();
        }

        /// <summary>Where this client calls.</summary>
        public HttpClient Admin(int client) => client % 2 == 0 ? _one.Admin : _other.Admin;
    }
}
