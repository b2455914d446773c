using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Functions.Tests.Operations;

namespace Serverless.Functions.Tests.Crashes;

/// <summary>
/// Loses the answer of storage to every write of every operation, once: the write is done, is asked for again, and refused. That is
/// no reason to tell anybody that it was not done, or to undo it.
/// </summary>
public sealed class LostAnswerTests(LostAnswerTests.Processes processes) : IClassFixture<LostAnswerTests.Processes>
{
    public static TheoryData<Operation> Operations => AllOperations.Data;

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task What_is_done_is_told_so_however_often_storage_was_asked(Operation operation)
    {
        var stage = await Stage.SetAsync(processes.Healthy.Admin, operation.Needs);

        using var answer = await stage.CallAsync(processes.Lossy.Admin, operation);

        if (operation.Variant == "in use")
        {
            await answer.ProblemAsync(409, "in_use");
        }
        else
        {
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        var entry = (await processes.Healthy.Admin.DoAsync("GET", "/api/audit?limit=1"))["items"]![0]!;
        Assert.Equal((operation.Function, (int?)answer.StatusCode), ((string?)entry["action"], (int?)entry["status"]));
        if (operation.Makes is { } made)
        {
            await ShowAsync(stage.Fill(made));
        }

        await DeleteAsync(stage, operation);
    }

    // What is made as a part of it is there as well.
    private async Task ShowAsync(string made)
    {
        await processes.Healthy.Admin.DoAsync("GET", made);
        if (made.StartsWith("/api/products/", StringComparison.Ordinal) && made.Count(c => c == '/') == 3)
        {
            await processes.Healthy.Admin.DoAsync("GET", made + "/policies");
            await processes.Healthy.Admin.DoAsync("GET", made + "/metrics/hits");
        }
    }

    private async Task DeleteAsync(Stage stage, Operation operation)
    {
        IEnumerable<string> all = operation.Makes is { } made ? stage.Made.Append(stage.Fill(made)) : stage.Made;
        foreach (var path in all.Reverse())
        {
            using var deleted = await processes.Lossy.Admin.SendAsync("DELETE", path, ifMatch: "*");
            Assert.True(deleted.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotFound, $"DELETE {path}: {deleted.StatusCode}");
            using var gone = await processes.Healthy.Admin.SendAsync("GET", path);
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }
    }

    /// <summary>One that hears no first answer to a write, and one that hears them all.</summary>
    public sealed class Processes : IAsyncLifetime
    {
        public FunctionsApp Healthy { get; private set; } = null!;

        public FunctionsApp Lossy { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Healthy = await FunctionsApp.StartAsync();
            var options = StorageServices.ClientOptions();
            options.AddPolicy(new LostAnswers(), HttpPipelinePosition.PerRetry);
            options.Retry.Delay = options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
            Lossy = await Healthy.RestartAsync(
                services: services => services.AddSingleton(new TableServiceClient(Healthy.ConnectionString, options)));
        }

        public async Task DisposeAsync()
        {
            await Lossy.DisposeAsync();
            await Healthy.DisposeAsync();
        }
    }

    private sealed class LostAnswers : HttpPipelinePolicy
    {
        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            await ProcessNextAsync(message, pipeline);
            if (message.Request.Method != RequestMethod.Get && message.ProcessingContext.RetryNumber == 0)
            {
                throw new IOException("The connection was reset.");
            }
        }
    }
}
