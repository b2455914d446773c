using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Azure;
using Azure.Core.Diagnostics;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Microsoft.AspNetCore.Http;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>A service that throttles, breaks, answers nonsense, does not answer, or is not there.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(429)]
    public async Task A_service_in_trouble_is_asked_again(int status)
    {
        await using var peer = await Peer.StartAsync((context, number) => number < 3
            ? Peer.AnswerAsync(context, status, Peer.Error("ServerBusy", "The server is busy."))
            : Peer.AnswerAsync(context, 204));

        await peer.Table(TestTable.Quick).AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 }).Soon();

        Assert.Equal(3, peer.Requests.Count);
        Assert.Single(peer.Requests.Select(request => request.Body).Distinct());
        Assert.Single(peer.Requests.Select(request => request.Headers["x-ms-client-request-id"]).Distinct());
        Assert.All(peer.Requests, request => Assert.StartsWith("SharedKeyLite account:", request.Headers["Authorization"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_stays_busy_is_given_up()
    {
        await using var peer = await Peer.StartAsync(503, Peer.Error("ServerBusy", "The server is busy."));

        var error = await Assert.ThrowsAsync<RequestFailedException>(
            () => peer.Table(TestTable.Quick).GetEntityAsync<TableEntity>("p", "r").Soon());

        Assert.Equal((503, "ServerBusy"), (error.Status, error.ErrorCode));
        Assert.Contains("The server is busy.", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, peer.Requests.Count);
    }

    [Theory]
    [InlineData(400, "InvalidInput")]
    [InlineData(403, "AuthenticationFailed")]
    [InlineData(404, "TableNotFound")]
    [InlineData(409, "TableBeingDeleted")]
    [InlineData(412, "UpdateConditionNotSatisfied")]
    public async Task A_refusal_is_not_asked_for_twice(int status, string code)
    {
        await using var peer = await Peer.StartAsync(status, Peer.Error(code, "No."));
        var table = peer.Table(TestTable.Quick);

        var add = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")).Soon());
        var create = await Assert.ThrowsAsync<RequestFailedException>(() => table.CreateIfNotExistsAsync().Soon());

        Assert.Equal((status, code), (add.Status, add.ErrorCode));
        Assert.Equal((status, code), (create.Status, create.ErrorCode));
        Assert.True(new TableErrorCode(code) == add.ErrorCode);
        Assert.Equal(2, peer.Requests.Count);
    }

    [Theory]
    [InlineData(400, "<html>nope</html>", "text/html")]
    [InlineData(502, "<html>Bad gateway</html>", "text/html")]
    [InlineData(403, "", "text/plain")]
    [InlineData(400, "{\"error\":1}", "application/json")]
    [InlineData(400, "[]", "application/json")]
    [InlineData(400, "{\"odata.error\":", "application/json")]
    public async Task A_refusal_that_is_not_the_services_has_no_code(int status, string body, string contentType)
    {
        await using var peer = await Peer.StartAsync(status, body, contentType);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => peer.Table().GetEntityAsync<TableEntity>("p", "r").Soon());

        Assert.Equal(status, error.Status);
        Assert.True(string.IsNullOrEmpty(error.ErrorCode));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("{\"PartitionKey\":")]
    public async Task An_answer_that_is_no_row_is_an_error(string body)
    {
        await using var peer = await Peer.StartAsync(200, body);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => peer.Table().GetEntityAsync<TableEntity>("p", "r").Soon());

        Assert.Equal(200, error.Status);
    }

    [Fact]
    public async Task An_answer_cut_short_is_asked_for_again()
    {
        await using var peer = await Peer.StartAsync(async (context, number) =>
        {
            if (number > 1)
            {
                await Peer.AnswerAsync(context, 200, """{"PartitionKey":"p","RowKey":"r"}""");
                return;
            }

            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"PartitionKey\":");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        TableEntity read = await peer.Table(TestTable.Quick).GetEntityAsync<TableEntity>("p", "r").Soon();

        Assert.Equal(("p", 2), (read.PartitionKey, peer.Requests.Count));
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_an_error_without_a_status()
    {
        await using var azurite = await Azurite.StartAsync().Soon();
        var once = new TableServiceClient(azurite.ConnectionString, TestTable.Impatient).GetTableClient("Products");
        var again = new TableServiceClient(azurite.ConnectionString, TestTable.Quick).GetTableClient("Products");
        await once.CreateAsync().Soon();
        await azurite.DisposeAsync();

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => once.AddEntityAsync(new TableEntity("p", "r")).Soon());
        var errors = await Assert.ThrowsAsync<AggregateException>(() => again.AddEntityAsync(new TableEntity("p", "r")).Soon());

        Assert.Equal(0, error.Status);
        Assert.Equal(4, errors.InnerExceptions.Count);
        Assert.All(errors.InnerExceptions, inner => Assert.IsType<RequestFailedException>(inner));
    }

    [Fact]
    public async Task A_service_that_comes_back_is_used_again()
    {
        var first = await Azurite.StartAsync().Soon();
        var table = new TableServiceClient(first.ConnectionString, TestTable.Impatient).GetTableClient("Products");
        await table.CreateAsync().Soon();
        await first.DisposeAsync();
        await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")).Soon());

        await using var second = await Azurite.StartAsync(first.Endpoint.Port).Soon();

        // Up again, with other keys: it answers, and refuses.
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")).Soon());
        Assert.Equal(403, error.Status);
    }

    [Fact]
    public async Task A_request_in_flight_can_be_cancelled()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var peer = await Peer.StartAsync(async (context, _) =>
        {
            asked.TrySetResult();
            await Peer.KeepWaitingAsync(context);
        });
        using var cancel = new CancellationTokenSource();

        var adding = peer.Table(TestTable.Quick).AddEntityAsync(new TableEntity("p", "r"), cancel.Token);
        await asked.Task.Soon();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => adding.Soon());
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task A_request_cancelled_beforehand_is_not_sent()
    {
        await using var peer = await Peer.StartAsync(204);
        var table = peer.Table();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.AddEntityAsync(new TableEntity("p", "r"), cancelled).Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.GetEntityAsync<TableEntity>("p", "r", null, cancelled).Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.CreateIfNotExistsAsync(cancelled).Soon());

        Assert.Empty(peer.Requests);
    }

    [Fact]
    public async Task A_service_that_never_answers_is_given_up_in_time()
    {
        await using var peer = await Peer.StartAsync((context, _) => Peer.KeepWaitingAsync(context));
        var options = TestTable.Impatient;
        options.Retry.NetworkTimeout = TimeSpan.FromMilliseconds(200);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => peer.Table(options).GetEntityAsync<TableEntity>("p", "r").Soon());
    }

    [Fact]
    public async Task Neither_key_nor_signature_nor_values_of_rows_are_logged()
    {
        var logged = new ConcurrentQueue<string>();
        using var listener = new AzureEventSourceListener((_, text) => logged.Enqueue(text), EventLevel.Verbose);
        await using var peer = await Peer.StartAsync((context, _) => Peer.AnswerAsync(context, 200, """{"value":[]}"""));
        var table = new TableClient(new Uri($"{peer.Endpoint}/Products"), new AzureSasCredential("sv=1&sig=private-signature"), TestTable.Impatient);

        await peer.Table().AllAsync<TableEntity>("Name eq 'private-value'");
        await table.AllAsync<TableEntity>("Name eq 'private-value'");

        var text = string.Join('\n', logged);
        Assert.Contains("/account/Products()", text, StringComparison.Ordinal);
        Assert.DoesNotContain("private-", text, StringComparison.Ordinal);
        Assert.DoesNotContain(peer.Requests.First().Headers["Authorization"], text, StringComparison.Ordinal);
    }
}
