using Azure;
using Azure.Data.Tables;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>A row of named columns, as a dictionary and through its typed getters.</summary>
public sealed class TableEntityTests
{
    private static readonly DateTimeOffset Moment = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_new_row_has_its_keys_and_nothing_else()
    {
        Assert.Equal(["PartitionKey", "RowKey"], new TableEntity("p", "r").Keys);
        Assert.Empty(new TableEntity());
        Assert.Equal((null, null), (new TableEntity().PartitionKey, new TableEntity().RowKey));
        Assert.Null(new TableEntity().Timestamp);
        Assert.Equal(default, new TableEntity().ETag);
    }

    [Fact]
    public void A_row_can_be_made_of_a_dictionary()
    {
        var values = new Dictionary<string, object> { ["PartitionKey"] = "p", ["A"] = 1, ["odata.etag"] = "W/\"1\"" };

        var row = new TableEntity(values);
        values["A"] = 2;

        Assert.Equal(("p", 1, new ETag("W/\"1\""), 3), (row.PartitionKey, row.GetInt32("A"), row.ETag, row.Count));
    }

    [Fact]
    public void Keys_version_and_time_are_columns_too()
    {
        var row = new TableEntity { PartitionKey = "p", RowKey = "r", ETag = new ETag("W/\"1\""), Timestamp = Moment };

        Assert.Equal(("p", "r", "W/\"1\"", Moment), (row["PartitionKey"], row["RowKey"], row["odata.etag"], row["Timestamp"]));
        row["PartitionKey"] = "q";
        Assert.Equal("q", row.PartitionKey);
    }

    [Fact]
    public void Every_type_has_its_getter()
    {
        var id = Guid.NewGuid();
        var row = new TableEntity
        {
            ["S"] = "s",
            ["B"] = true,
            ["I"] = 1,
            ["L"] = 2L,
            ["D"] = 0.5,
            ["G"] = id,
            ["T"] = Moment,
            ["U"] = Moment.UtcDateTime,
            ["X"] = new byte[] { 1 },
            ["Y"] = BinaryData.FromString("y"),
        };

        Assert.Equal(("s", true, 1, 2L), (row.GetString("S"), row.GetBoolean("B"), row.GetInt32("I"), row.GetInt64("L")));
        Assert.Equal((0.5, id), (row.GetDouble("D"), row.GetGuid("G")));
        Assert.Equal((Moment, Moment.UtcDateTime), (row.GetDateTimeOffset("T"), row.GetDateTime("T")));
        Assert.Equal((Moment, Moment.UtcDateTime), (row.GetDateTimeOffset("U"), row.GetDateTime("U")));
        Assert.Equal(DateTimeKind.Utc, row.GetDateTime("T")!.Value.Kind);
        Assert.Equal([1], row.GetBinary("X"));
        Assert.Equal([1], row.GetBinaryData("X").ToArray());
        Assert.Equal("y", row.GetBinaryData("Y").ToString());
    }

    [Fact]
    public void A_column_that_is_not_there_or_null_reads_as_null()
    {
        var row = new TableEntity { ["N"] = null };

        foreach (var column in new[] { "N", "missing" })
        {
            Assert.Null(row[column]);
            Assert.Null(row.GetString(column));
            Assert.Null(row.GetBoolean(column));
            Assert.Null(row.GetInt32(column));
            Assert.Null(row.GetInt64(column));
            Assert.Null(row.GetDouble(column));
            Assert.Null(row.GetGuid(column));
            Assert.Null(row.GetDateTime(column));
            Assert.Null(row.GetDateTimeOffset(column));
            Assert.Null(row.GetBinary(column));
            Assert.Null(row.GetBinaryData(column));
        }

        Assert.Throws<ArgumentNullException>(() => row[null!]);
        Assert.Throws<ArgumentNullException>(() => row.GetString(null!));
    }

    [Fact]
    public void A_getter_of_another_type_is_an_error()
    {
        var row = new TableEntity { ["I"] = 1, ["L"] = 2L, ["S"] = "1", ["Y"] = BinaryData.FromString("y") };

        Assert.Throws<InvalidOperationException>(() => row.GetInt32("S"));
        Assert.Throws<InvalidOperationException>(() => row.GetString("I"));
        Assert.Throws<InvalidOperationException>(() => row.GetInt64("I"));
        Assert.Throws<InvalidOperationException>(() => row.GetInt32("L"));
        Assert.Throws<InvalidOperationException>(() => row.GetDouble("I"));
        Assert.Throws<InvalidOperationException>(() => row.GetDateTime("L"));
        Assert.Throws<InvalidOperationException>(() => row.GetBinary("Y"));
    }

    [Fact]
    public void An_int_given_to_a_larger_number_becomes_one()
    {
        var row = new TableEntity { ["L"] = 2L, ["D"] = 0.5, ["I"] = 1 };

        row["L"] = 3;
        row["D"] = 4;
        row["I"] = 5L;

        Assert.Equal((3L, 4.0, 5L), (row["L"], row["D"], row["I"]));
    }

    [Fact]
    public void A_row_is_a_dictionary()
    {
        IDictionary<string, object> row = new TableEntity("p", "r");

        row.Add("A", 1);
        row.Add(new("B", 2));

        Assert.False(row.IsReadOnly);
        Assert.Contains(new KeyValuePair<string, object>("A", 1), row);
        Assert.True(row.ContainsKey("B"));
        Assert.True(row.TryGetValue("B", out var b) && b is 2);
        Assert.True(row.Remove("A") && !row.Remove("A"));
        Assert.Equal(3, row.Values.Count);
        Assert.Equal(["PartitionKey", "RowKey", "B"], row.Select(column => column.Key));
        row.Clear();
        Assert.Empty(row);
    }
}
