using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>Transactions as the service in Azure answers them, where the emulator does otherwise.</summary>
public sealed partial class TransactionAnswerTests
{
    private const string PartHead = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";

    private static readonly TableTransactionAction[] TwoActions =
    [
        new(TableTransactionActionType.Add, new TableEntity("p", "it's") { ["A"] = "é" }),
        new(TableTransactionActionType.Delete, new TableEntity("p", "2")),
    ];

    [Fact]
    public async Task Success_is_an_answer_for_each_action()
    {
        await using var peer = await Peer.StartAsync((context, _) => AnswerAsync(
            context,
            "HTTP/1.1 204 No Content\r\nX-Content-Type-Options: nosniff\r\nETag: W/\"datetime'1'\"\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nContent-ID: 2\r\n\r\n"));

        var answer = await peer.Table().SubmitTransactionAsync(TwoActions).Soon();

        Assert.Equal([204, 204], answer.Value.Select(part => part.Status));
        Assert.Equal([new ETag("W/\"datetime'1'\""), null], answer.Value.Select(part => part.Headers.ETag));
        Assert.Equal("No Content", answer.Value[0].ReasonPhrase);
        Assert.True(answer.Value[0].Headers.TryGetValue("x-content-type-options", out var value));
        Assert.Equal("nosniff", value);
    }

    [Fact]
    public async Task The_request_is_one_change_set_of_http_requests()
    {
        await using var peer = await Peer.StartAsync((context, _) => AnswerAsync(context, "HTTP/1.1 204 No Content\r\n\r\n"));
        var table = peer.Table();

        await table.SubmitTransactionAsync(TwoActions).Soon();

        var request = peer.Requests.Single();
        var parts = ChangeSet().Match(request.Body);
        Assert.Equal(("POST", "/account/$batch"), (request.Method, request.Target));
        Assert.StartsWith("multipart/mixed; boundary=batch_", request.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.True(parts.Success, request.Body);
        Assert.StartsWith($"POST {table.Uri}", parts.Groups["first"].Value, StringComparison.Ordinal);
        Assert.Contains("{\"PartitionKey\":\"p\",\"RowKey\":\"it\\u0027s\",\"A\":\"\\u00E9\"}", parts.Groups["first"].Value, StringComparison.Ordinal);
        Assert.StartsWith($"DELETE {table.Uri}(PartitionKey='p',RowKey='2')", parts.Groups["second"].Value, StringComparison.Ordinal);
        Assert.Contains("If-Match: *\r\n", parts.Groups["second"].Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("99:One of the request inputs is not valid.", "InvalidInput", 99)]
    [InlineData("1:All commands in a batch must operate on same entity group.", "CommandsInBatchActOnDifferentPartitions", 1)]
    [InlineData("The batch request operation exceeds the maximum 100 changes per change set.", "InvalidInput", null)]
    public async Task A_refusal_names_code_and_action(string message, string code, int? index)
    {
        await using var peer = await Peer.StartAsync((context, _) => AnswerAsync(
            context,
            $"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json;odata=minimalmetadata\r\n\r\n{Peer.Error(code, message)}\r\n"));

        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(() => peer.Table().SubmitTransactionAsync(TwoActions).Soon());

        Assert.Equal((400, code, index), (error.Status, error.ErrorCode, error.FailedTransactionActionIndex));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(413, "RequestBodyTooLarge")]
    [InlineData(403, "AuthenticationFailed")]
    public async Task A_refusal_of_the_whole_request_is_no_refusal_of_an_action(int status, string code)
    {
        await using var peer = await Peer.StartAsync(status, Peer.Error(code, "No."));

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => peer.Table().SubmitTransactionAsync(TwoActions).Soon());

        Assert.Equal((status, code), (error.Status, error.ErrorCode));
    }

    [Fact]
    public async Task A_busy_service_is_asked_again_with_the_same_transaction()
    {
        await using var peer = await Peer.StartAsync((context, number) =>
            number < 3 ? Peer.AnswerAsync(context, 503) : AnswerAsync(context, "HTTP/1.1 204 No Content\r\n\r\n"));

        await peer.Table(TestTable.Quick).SubmitTransactionAsync(TwoActions).Soon();

        Assert.Equal(3, peer.Requests.Count);
        Assert.Single(peer.Requests.Select(request => request.Body).Distinct());
    }

    [Fact]
    public async Task An_answer_that_is_not_multipart_is_an_error()
    {
        await using var peer = await Peer.StartAsync(202, "junk", "text/plain");

        await Assert.ThrowsAsync<InvalidOperationException>(() => peer.Table().SubmitTransactionAsync(TwoActions).Soon());
    }

    private static Task AnswerAsync(HttpContext context, params string[] parts)
    {
        var changes = string.Concat(parts.Select(part =>
            $"--changesetresponse_2\r\n{PartHead}{part}\r\n"));
        return Peer.AnswerAsync(
            context,
            202,
            "--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_2\r\n\r\n"
            + $"{changes}--changesetresponse_2--\r\n--batchresponse_1--\r\n",
            "multipart/mixed; boundary=batchresponse_1");
    }

    [GeneratedRegex(
        "^--batch_\\S+\r\nContent-Type: multipart/mixed; boundary=(?<set>changeset_\\S+)\r\n\r\n"
        + "--\\k<set>\r\n" + PartHead + "(?<first>.*)--\\k<set>\r\n" + PartHead + "(?<second>.*)--\\k<set>--\r\n",
        RegexOptions.Singleline)]
    private static partial Regex ChangeSet();
}
