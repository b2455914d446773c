using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>One row: insert, read, update, upsert, delete, and the versions that guard them.</summary>
public sealed class EntityChangeTests
{
    [Fact]
    public async Task An_added_row_can_be_read_with_version_and_time()
    {
        var table = await TestTable.CreateAsync();
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);

        var added = await table.AddEntityAsync(new TableEntity("p", "r") { ["Name"] = "x" }).Soon();
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();

        Assert.Equal(204, added.Status);
        Assert.Equal(("p", "r", "x"), (read.PartitionKey, read.RowKey, read.GetString("Name")));
        Assert.Equal(added.Headers.ETag, read.ETag);
        Assert.InRange(read.Timestamp!.Value, before, DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.DoesNotContain("odata.metadata", read.Keys);
        Assert.Equal(read.ETag.ToString(), read["odata.etag"]);
    }

    [Fact]
    public async Task A_row_that_exists_cannot_be_added()
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r")).Soon();

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")).Soon());

        Assert.Equal(409, error.Status);
        Assert.Equal(TableErrorCode.EntityAlreadyExists, error.ErrorCode);
        Assert.Contains("already exists", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_a_row_that_is_not_there_is_an_error()
    {
        var table = await TestTable.CreateAsync();

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityAsync<TableEntity>("p", "r").Soon());

        Assert.Equal(404, error.Status);
        Assert.Equal(TableErrorCode.ResourceNotFound, error.ErrorCode);
    }

    [Fact]
    public async Task Reading_a_row_if_it_exists_says_whether_it_does()
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["N"] = 5 }).Soon();

        var there = await table.GetEntityIfExistsAsync<TableEntity>("p", "r").Soon();
        var away = await table.GetEntityIfExistsAsync<TableEntity>("p", "other").Soon();

        Assert.True(there.HasValue);
        Assert.Equal(5, there.Value!.GetInt32("N"));
        Assert.False(away.HasValue);
        Assert.Equal(404, away.GetRawResponse().Status);
        Assert.Throws<InvalidOperationException>(() => away.Value);
    }

    [Fact]
    public async Task Only_selected_columns_are_read()
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2, ["C"] = 3 }).Soon();

        TableEntity one = await table.GetEntityAsync<TableEntity>("p", "r", ["A", "C"]).Soon();
        var all = await table.QueryAsync<TableEntity>(select: ["B"]).ToListAsync().Soon();

        Assert.Equal((1, null, 3), (one.GetInt32("A"), one.GetInt32("B"), one.GetInt32("C")));
        Assert.Equal((null, 2, null), (all[0].GetInt32("A"), all[0].GetInt32("B"), all[0].GetInt32("C")));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, 1, 3)]
    [InlineData(TableUpdateMode.Replace, null, 3)]
    public async Task An_update_keeps_other_columns_only_when_it_merges(TableUpdateMode mode, int? a, int? b)
    {
        var table = await TestTable.CreateAsync();
        var added = await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2 }).Soon();

        var updated = await table.UpdateEntityAsync(new TableEntity("p", "r") { ["B"] = 3 }, added.Headers.ETag!.Value, mode).Soon();

        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();
        Assert.Equal((a, b), (read.GetInt32("A"), read.GetInt32("B")));
        Assert.Equal(204, updated.Status);
        Assert.Equal(updated.Headers.ETag, read.ETag);
        Assert.NotEqual(added.Headers.ETag, updated.Headers.ETag);
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task An_update_of_another_version_is_refused(TableUpdateMode mode)
    {
        var table = await TestTable.CreateAsync();
        var stale = (await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 }).Soon()).Headers.ETag!.Value;
        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, stale, mode).Soon();

        var error = await Assert.ThrowsAsync<RequestFailedException>(
            () => table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 3 }, stale, mode).Soon());

        Assert.Equal(412, error.Status);
        Assert.Equal(TableErrorCode.UpdateConditionNotSatisfied, error.ErrorCode);
        Assert.Equal(2, (await table.GetEntityAsync<TableEntity>("p", "r").Soon()).Value.GetInt32("A"));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task Any_version_is_updated_if_asked_so(TableUpdateMode mode)
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 }).Soon();

        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, ETag.All, mode).Soon();

        Assert.Equal(2, (await table.GetEntityAsync<TableEntity>("p", "r").Soon()).Value.GetInt32("A"));
    }

    [Fact]
    public async Task An_update_has_to_name_a_version()
    {
        var table = await TestTable.CreateAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => table.UpdateEntityAsync(new TableEntity("p", "r"), default).Soon());
    }

    [Fact]
    public async Task An_update_of_a_row_that_is_not_there_is_refused()
    {
        var table = await TestTable.CreateAsync();

        var error = await Assert.ThrowsAsync<RequestFailedException>(
            () => table.UpdateEntityAsync(new TableEntity("p", "r"), ETag.All).Soon());

        Assert.Equal(404, error.Status);
        Assert.Equal(TableErrorCode.ResourceNotFound, error.ErrorCode);
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, 1)]
    [InlineData(TableUpdateMode.Replace, null)]
    public async Task An_upsert_inserts_and_then_changes_whatever_the_version(TableUpdateMode mode, int? a)
    {
        var table = await TestTable.CreateAsync();

        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 1 }, mode).Soon();
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["B"] = 2, ETag = new ETag("W/\"stale\"") }, mode).Soon();

        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();
        Assert.Equal((a, 2), (read.GetInt32("A"), read.GetInt32("B")));
    }

    [Fact]
    public async Task A_deleted_row_is_gone()
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "1")).Soon();
        await table.AddEntityAsync(new TableEntity("p", "2")).Soon();

        var byKeys = await table.DeleteEntityAsync("p", "1").Soon();
        var byEntity = await table.DeleteEntityAsync(new TableEntity("p", "2") { ETag = new ETag("W/\"stale\"") }).Soon();

        Assert.Equal((204, 204), (byKeys.Status, byEntity.Status));
        Assert.Empty(await table.AllAsync<TableEntity>());
    }

    [Fact]
    public async Task Deleting_a_row_that_is_not_there_is_no_error()
    {
        var table = await TestTable.CreateAsync();

        Assert.Equal(404, (await table.DeleteEntityAsync("p", "r").Soon()).Status);
        Assert.Equal(404, (await table.DeleteEntityAsync(new TableEntity("p", "r"), ETag.All).Soon()).Status);
    }

    [Fact]
    public async Task Deleting_another_version_is_refused()
    {
        var table = await TestTable.CreateAsync();
        var stale = (await table.AddEntityAsync(new TableEntity("p", "r")).Soon()).Headers.ETag!.Value;
        var current = (await table.UpdateEntityAsync(new TableEntity("p", "r"), stale).Soon()).Headers.ETag!.Value;

        var byKeys = await Assert.ThrowsAsync<RequestFailedException>(() => table.DeleteEntityAsync("p", "r", stale).Soon());
        var byEntity = await Assert.ThrowsAsync<RequestFailedException>(
            () => table.DeleteEntityAsync(new TableEntity("p", "r"), stale).Soon());

        Assert.Equal((412, 412), (byKeys.Status, byEntity.Status));
        Assert.Equal(TableErrorCode.UpdateConditionNotSatisfied, byKeys.ErrorCode);
        Assert.Equal(204, (await table.DeleteEntityAsync("p", "r", current).Soon()).Status);
    }

    [Fact]
    public async Task A_row_needs_both_keys()
    {
        var table = await TestTable.CreateAsync();

        await Assert.ThrowsAsync<ArgumentNullException>(() => table.AddEntityAsync<TableEntity>(null!).Soon());
        await Assert.ThrowsAsync<ArgumentNullException>(() => table.AddEntityAsync(new TableEntity { RowKey = "r" }).Soon());
        await Assert.ThrowsAsync<ArgumentNullException>(() => table.UpsertEntityAsync(new TableEntity { PartitionKey = "p" }).Soon());
        await Assert.ThrowsAsync<ArgumentNullException>(
            () => table.UpdateEntityAsync(new TableEntity { PartitionKey = "p" }, ETag.All).Soon());
    }

    [Fact]
    public async Task Changing_a_table_that_is_not_there_is_an_error()
    {
        var table = (await TestTable.ServiceAsync()).GetTableClient(TestTable.NewName());

        var add = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")).Soon());
        var query = await Assert.ThrowsAsync<RequestFailedException>(() => table.AllAsync<TableEntity>().Soon());

        Assert.Equal((404, 404), (add.Status, query.Status));
        Assert.Equal(TableErrorCode.TableNotFound, add.ErrorCode);
    }
}
