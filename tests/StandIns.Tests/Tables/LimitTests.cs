using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>The service's limits on the size of a row: the largest that goes in, the first that does not.</summary>
public sealed class LimitTests
{
    private const int KiB = 1024;

    [Fact]
    public async Task Text_and_bytes_of_64_KiB_go_in()
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(new TableEntity("p", "r")
        {
            ["Text"] = new string('é', 32 * KiB),
            ["Bytes"] = new byte[64 * KiB],
        }).Soon();
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();

        Assert.Equal((32 * KiB, 64 * KiB), (read.GetString("Text").Length, read.GetBinary("Bytes").Length));
    }

    [Fact]
    public async Task Text_and_bytes_beyond_64_KiB_are_too_large()
    {
        var table = await TestTable.CreateAsync();

        var text = await AddingAsync(table, new TableEntity("p", "r") { ["Text"] = new string('x', (32 * KiB) + 1) });
        var bytes = await AddingAsync(table, new TableEntity("p", "r") { ["Bytes"] = new byte[(64 * KiB) + 1] });

        Assert.Equal((400, 400), (text.Status, bytes.Status));
        Assert.Equal(TableErrorCode.PropertyValueTooLarge, text.ErrorCode);
        Assert.Equal(TableErrorCode.PropertyValueTooLarge, bytes.ErrorCode);
    }

    [Fact]
    public async Task A_row_just_below_1_MiB_goes_in()
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(Row(columns: 15, new byte[64 * KiB])).Soon();

        IDictionary<string, object> read = (await table.GetEntityAsync<TableEntity>("p", "r").Soon()).Value;
        Assert.Equal(15, read.Values.OfType<byte[]>().Count());
    }

    [Fact]
    public async Task A_row_beyond_1_MiB_is_too_large()
    {
        var table = await TestTable.CreateAsync();

        // The emulator measures upserts and updates.
        var error = await Assert.ThrowsAsync<RequestFailedException>(
            () => table.UpsertEntityAsync(Row(columns: 16, new byte[64 * KiB])).Soon());

        Assert.Equal((400, TableErrorCode.EntityTooLarge.ToString()), (error.Status, error.ErrorCode));
        Assert.Empty(await table.AllAsync<TableEntity>());
    }

    [Fact]
    public async Task A_transaction_beyond_4_MiB_is_too_large()
    {
        var table = await TestTable.CreateAsync();
        var actions = Enumerable.Range(0, 5).Select(n =>
        {
            var row = Row(columns: 14, new byte[64 * KiB]);
            row.RowKey = $"{n}";
            return new TableTransactionAction(TableTransactionActionType.Add, row);
        });

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => table.SubmitTransactionAsync(actions).Soon());

        Assert.Equal((413, "RequestBodyTooLarge"), (error.Status, error.ErrorCode));
        Assert.Empty(await table.AllAsync<TableEntity>());
    }

    [Fact]
    public async Task A_row_of_252_columns_goes_in()
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(Row(columns: 252, 1)).Soon();

        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();
        Assert.Equal(252, read.Keys.Count(name => name.StartsWith("Column", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_key_of_512_characters_goes_in_and_one_of_513_does_not()
    {
        var table = await TestTable.CreateAsync();
        var longest = new string('é', 512);

        await table.AddEntityAsync(new TableEntity(longest, longest)).Soon();
        var error = await AddingAsync(table, new TableEntity("p", longest + "é"));

        Assert.Equal(longest, (await table.GetEntityAsync<TableEntity>(longest, longest).Soon()).Value.RowKey);
        Assert.Equal(400, error.Status);
    }

    // The emulator takes what follows; these are the service's answers.
    [Theory]
    [InlineData("TooManyProperties", "The entity contains more properties than allowed.")]
    [InlineData("PropertyNameTooLong", "The property name exceeds the maximum allowed length (255).")]
    public async Task A_row_beyond_another_limit_is_refused_by_name(string code, string message)
    {
        await using var peer = await Peer.StartAsync(400, Peer.Error(code, message));

        var error = await AddingAsync(peer.Table(), Row(columns: 253, new byte[KiB]));

        Assert.Equal((400, code), (error.Status, error.ErrorCode));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static async Task<RequestFailedException> AddingAsync(TableClient table, TableEntity row) =>
        await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(row).Soon());

    private static TableEntity Row(int columns, object value) => new(Enumerable.Range(0, columns)
        .ToDictionary(n => $"Column{n:000}", _ => value)
        .Append(new("PartitionKey", "p"))
        .Append(new("RowKey", "r"))
        .ToDictionary());
}
