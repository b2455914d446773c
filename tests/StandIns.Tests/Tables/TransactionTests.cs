using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>Changes to several rows of a partition: all of them or none.</summary>
public sealed class TransactionTests
{
    [Fact]
    public async Task All_kinds_of_actions_are_done_together()
    {
        var table = await TestTable.CreateAsync();
        foreach (var row in new[] { "merge", "replace", "delete", "upsert" })
        {
            await table.AddEntityAsync(new TableEntity("p", row) { ["A"] = 1 }).Soon();
        }

        var answer = await table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Row("add")),
            new(TableTransactionActionType.UpdateMerge, Row("merge"), ETag.All),
            new(TableTransactionActionType.UpdateReplace, Row("replace"), ETag.All),
            new(TableTransactionActionType.Delete, Row("delete")),
            new(TableTransactionActionType.UpsertMerge, Row("upsert")),
            new(TableTransactionActionType.UpsertReplace, Row("new")),
        ]).Soon();

        Assert.Equal(202, answer.GetRawResponse().Status);
        Assert.Equal([204, 204, 204, 204, 204, 204], answer.Value.Select(part => part.Status));
        Assert.Equal(
            ["add:,2", "merge:1,2", "new:,2", "replace:,2", "upsert:1,2"],
            (await table.AllAsync<TableEntity>()).Select(row => $"{row.RowKey}:{row["A"]},{row["B"]}"));
    }

    [Fact]
    public async Task Each_answer_carries_the_new_version_of_its_row()
    {
        var table = await TestTable.CreateAsync();

        var answer = await table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, Row("1")), new(TableTransactionActionType.UpsertReplace, Row("2"))]).Soon();

        var versions = (await table.AllAsync<TableEntity>()).Select(row => (ETag?)row.ETag);
        Assert.Equal(versions, answer.Value.Select(part => part.Headers.ETag));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_refused_action_is_named_and_undoes_the_others(int index)
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(Row("taken")).Soon();
        var actions = Enumerable.Range(0, 5)
            .Select(n => new TableTransactionAction(TableTransactionActionType.Add, Row(n == index ? "taken" : $"{n}")));

        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(actions).Soon());

        Assert.Equal(409, error.Status);
        Assert.Equal(TableErrorCode.EntityAlreadyExists, error.ErrorCode);
        Assert.Equal(index, error.FailedTransactionActionIndex);
        Assert.Single(await table.AllAsync<TableEntity>());
    }

    [Theory]
    [InlineData(TableTransactionActionType.UpdateMerge)]
    [InlineData(TableTransactionActionType.UpdateReplace)]
    [InlineData(TableTransactionActionType.Delete)]
    public async Task An_action_on_another_version_is_refused(TableTransactionActionType action)
    {
        var table = await TestTable.CreateAsync();
        var stale = (await table.AddEntityAsync(Row("r")).Soon()).Headers.ETag!.Value;
        var current = (await table.UpdateEntityAsync(Row("r"), stale).Soon()).Headers.ETag!.Value;

        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, Row("other")), new(action, Row("r"), stale)]).Soon());
        await table.SubmitTransactionAsync([new(action, Row("r"), current)]).Soon();

        Assert.Equal(412, error.Status);
        Assert.Equal(TableErrorCode.UpdateConditionNotSatisfied, error.ErrorCode);
        Assert.Equal(1, error.FailedTransactionActionIndex);
    }

    [Theory]
    [InlineData(TableTransactionActionType.UpdateMerge)]
    [InlineData(TableTransactionActionType.Delete)]
    public async Task An_action_on_a_row_that_is_not_there_is_refused(TableTransactionActionType action)
    {
        var table = await TestTable.CreateAsync();

        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, Row("other")), new(action, Row("r"), ETag.All)]).Soon());

        Assert.Equal(404, error.Status);
        Assert.Equal(TableErrorCode.ResourceNotFound, error.ErrorCode);
        Assert.Equal(1, error.FailedTransactionActionIndex);
        Assert.Empty(await table.AllAsync<TableEntity>());
    }

    [Fact]
    public async Task A_hundred_actions_are_taken()
    {
        var table = await TestTable.CreateAsync();

        var answer = await table.SubmitTransactionAsync(Additions(100)).Soon();

        Assert.Equal(100, answer.Value.Count);
        Assert.Equal(100, (await table.AllAsync<TableEntity>()).Count);
    }

    [Fact]
    public async Task A_hundred_and_one_actions_are_refused()
    {
        var table = await TestTable.CreateAsync();

        // The emulator's refusal is no HTTP answer; the service's is (TransactionAnswerTests).
        await Assert.ThrowsAsync<InvalidOperationException>(() => table.SubmitTransactionAsync(Additions(101)).Soon());

        Assert.Empty(await table.AllAsync<TableEntity>());
    }

    [Fact]
    public async Task The_same_row_twice_is_bad_input()
    {
        var table = await TestTable.CreateAsync();

        var error = await Assert.ThrowsAnyAsync<RequestFailedException>(() => table.SubmitTransactionAsync(
            [new(TableTransactionActionType.UpsertMerge, Row("r")), new(TableTransactionActionType.UpsertMerge, Row("r"))]).Soon());

        Assert.Equal(400, error.Status);
        Assert.Empty(await table.AllAsync<TableEntity>());
    }

    [Fact]
    public async Task No_actions_are_no_transaction()
    {
        var table = await TestTable.CreateAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => table.SubmitTransactionAsync([]).Soon());
        await Assert.ThrowsAsync<ArgumentNullException>(() => table.SubmitTransactionAsync(null!).Soon());
    }

    [Fact]
    public async Task A_transaction_on_a_table_that_is_not_there_is_an_error()
    {
        var table = (await TestTable.ServiceAsync()).GetTableClient(TestTable.NewName());

        var error = await Assert.ThrowsAnyAsync<RequestFailedException>(() => table.SubmitTransactionAsync(Additions(2)).Soon());

        Assert.Equal(404, error.Status);
        Assert.Equal(TableErrorCode.TableNotFound, error.ErrorCode);
    }

    [Fact]
    public async Task Keys_and_text_of_any_kind_pass_through_a_transaction()
    {
        var table = await TestTable.CreateAsync();
        const string Key = "it's 100% | a+b & ü€😀 = (x)";

        var row = new TableEntity(Key, Key) { ["Text"] = "é\r\n--batch\r\n\r\n" };
        await table.SubmitTransactionAsync([new(TableTransactionActionType.UpsertReplace, row)]).Soon();

        TableEntity read = await table.GetEntityAsync<TableEntity>(Key, Key).Soon();
        Assert.Equal("é\r\n--batch\r\n\r\n", read.GetString("Text"));
    }

    [Fact]
    public async Task A_class_of_ones_own_can_be_part_of_a_transaction()
    {
        var table = await TestTable.CreateAsync();

        var row = new Counter { PartitionKey = "p", RowKey = "r", Total = 5 };
        await table.SubmitTransactionAsync([new(TableTransactionActionType.Add, row)]).Soon();

        Assert.Equal(5, (await table.GetEntityAsync<Counter>("p", "r").Soon()).Value.Total);
    }

    private static TableEntity Row(string key) => new("p", key) { ["B"] = 2 };

    private static IEnumerable<TableTransactionAction> Additions(int count) =>
        Enumerable.Range(0, count).Select(n => new TableTransactionAction(TableTransactionActionType.Add, Row($"{n:000}")));

    private sealed class Counter : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public long Total { get; set; }
    }
}
