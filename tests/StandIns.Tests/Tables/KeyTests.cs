using Azure;
using Azure.Data.Tables;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>Keys and names of columns with characters that addresses, quotes and JSON treat as their own.</summary>
public sealed class KeyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("'")]
    [InlineData("''")]
    [InlineData("it's")]
    [InlineData("a b")]
    [InlineData(" a ")]
    [InlineData("100%")]
    [InlineData("%20")]
    [InlineData("%27")]
    [InlineData("a+b")]
    [InlineData("a&b=c")]
    [InlineData("$filter")]
    [InlineData("(PartitionKey='p')")]
    [InlineData("',RowKey='")]
    [InlineData("a|b:c;d,e")]
    [InlineData("..")]
    [InlineData("a\"b<c>")]
    [InlineData("ü€ß")]
    [InlineData("日本語😀")]
    public async Task A_row_of_any_key_is_written_read_changed_and_deleted(string key)
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(new TableEntity(key, key) { ["A"] = 1 }).Soon();
        TableEntity read = await table.GetEntityAsync<TableEntity>(key, key).Soon();
        await table.UpdateEntityAsync(new TableEntity(key, key) { ["A"] = 2 }, read.ETag).Soon();
        await table.UpsertEntityAsync(new TableEntity(key, key) { ["B"] = 3 }).Soon();
        var found = await table.AllAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey eq {key}"));
        var deleted = await table.DeleteEntityAsync(key, key).Soon();

        Assert.Equal((key, key), (read.PartitionKey, read.RowKey));
        Assert.Equal((key, 2, 3), (found.Single().RowKey, found.Single().GetInt32("A"), found.Single().GetInt32("B")));
        Assert.Equal(204, deleted.Status);
        Assert.Empty(await table.AllAsync<TableEntity>());
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\tb")]
    [InlineData("a\u0001b")]
    public async Task A_character_that_no_key_may_have_is_bad_input(string key)
    {
        var table = await TestTable.CreateAsync();

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", key)).Soon());

        Assert.Equal(400, error.Status);
        Assert.NotNull(error.ErrorCode);
    }

    [Theory]
    [InlineData("ünï_1")]
    [InlineData("_x")]
    [InlineData("Ääkkönen")]
    public async Task Letters_of_any_script_can_name_a_column(string name)
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(new TableEntity("p", "r") { [name] = 5L }).Soon();
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();

        Assert.Equal(5L, read[name]);
    }
}
