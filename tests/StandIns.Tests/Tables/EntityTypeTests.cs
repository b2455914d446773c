using System.Runtime.Serialization;
using Azure;
using Azure.Data.Tables;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>Every type that a column can have, in named columns and in classes.</summary>
public sealed class EntityTypeTests
{
    public static TheoryData<object> Values { get; } =
    [
        "", "text", "it's \"quoted\" \\ <&> \u0001\t\n ü€😀 \u2028", new string('x', 32 * 1024),
        true, false, 0, -1, int.MinValue, int.MaxValue, 0L, 5L, long.MinValue, long.MaxValue,
        0.5, -1.5, 0.1, 1e300, double.Epsilon, double.MaxValue, double.NaN,
        Guid.Empty, new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero).AddTicks(1234), new DateTimeOffset(1601, 1, 1, 0, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero),
        Array.Empty<byte>(), new byte[] { 0, 1, 255 },
    ];

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public async Task A_value_comes_back_as_it_was_with_its_type(object value)
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value }).Soon();
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();

        Assert.Equal(value.GetType(), read["Value"].GetType());
        Assert.Equal(value, read["Value"]);
        Assert.Equal(value, (await table.AllAsync<TableEntity>())[0]["Value"]);
    }

    [Fact]
    public async Task A_moment_of_any_offset_comes_back_in_utc()
    {
        var table = await TestTable.CreateAsync();
        var moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));

        await table.AddEntityAsync(new TableEntity("p", "r") { ["Offset"] = moment, ["Utc"] = moment.UtcDateTime }).Soon();
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();

        Assert.Equal((moment, TimeSpan.Zero), (read.GetDateTimeOffset("Offset"), read.GetDateTimeOffset("Offset")!.Value.Offset));
        Assert.Equal((moment.UtcDateTime, DateTimeKind.Utc), (read.GetDateTime("Utc"), read.GetDateTime("Utc")!.Value.Kind));
    }

    [Fact]
    public async Task Binary_data_comes_back_as_bytes()
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(new TableEntity("p", "r") { ["Data"] = BinaryData.FromString("text") }).Soon();
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();

        Assert.Equal("text"u8.ToArray(), read.GetBinary("Data"));
        Assert.Equal("text", read.GetBinaryData("Data").ToString());
    }

    [Fact]
    public async Task A_column_set_to_null_is_no_column()
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(new TableEntity("p", "r") { ["Nothing"] = null }).Soon();
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();

        Assert.Null(read["Nothing"]);
        Assert.Null(read.GetInt32("Nothing"));
    }

    [Theory]
    [InlineData('c')]
    [InlineData((short)1)]
    [InlineData(1u)]
    [InlineData(DayOfWeek.Friday)]
    public async Task A_type_that_no_column_can_have_is_refused(object value)
    {
        var table = await TestTable.CreateAsync();

        await Assert.ThrowsAsync<NotSupportedException>(
            () => table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value }).Soon());
    }

    [Theory]
    [InlineData(DateTimeKind.Local)]
    [InlineData(DateTimeKind.Unspecified)]
    public async Task A_time_that_is_not_utc_is_refused(DateTimeKind kind)
    {
        var table = await TestTable.CreateAsync();

        await Assert.ThrowsAsync<NotSupportedException>(
            () => table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = new DateTime(2026, 1, 2, 3, 4, 5, kind) }).Soon());
    }

    [Fact]
    public async Task A_class_of_ones_own_comes_back_as_it_was()
    {
        var table = await TestTable.CreateAsync();
        var written = new Everything
        {
            PartitionKey = "p",
            RowKey = "r",
            Text = "it's",
            Truth = true,
            Number = -5,
            Large = long.MaxValue,
            Fraction = 2,
            Id = Guid.NewGuid(),
            Bytes = [1, 2, 3],
            Data = BinaryData.FromString("data"),
            Moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
            Utc = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            Day = DayOfWeek.Friday,
            Renamed = "renamed",
            Ignored = "ignored",
            MaybeTruth = false,
            MaybeNumber = 6,
            MaybeLarge = 7,
            MaybeFraction = 0.5,
            MaybeId = Guid.Empty,
            MaybeDay = DayOfWeek.Monday,
            MaybeMoment = DateTimeOffset.UnixEpoch,
            MaybeUtc = DateTime.UnixEpoch,
            Hidden = 9,
            InitOnly = 10,
        };

        await table.AddEntityAsync(written).Soon();
        Everything read = await table.GetEntityAsync<Everything>("p", "r").Soon();

        Assert.Equivalent(
            new
            {
                written.Text,
                written.Truth,
                written.Number,
                written.Large,
                written.Fraction,
                written.Id,
                written.Utc,
                written.Bytes,
                written.Day,
                written.Renamed,
                written.InitOnly,
            },
            read);
        Assert.Equivalent(
            new
            {
                written.MaybeTruth,
                written.MaybeNumber,
                written.MaybeLarge,
                written.MaybeFraction,
                written.MaybeId,
                written.MaybeDay,
                written.MaybeUtc,
            },
            read);
        Assert.Equal((written.Moment, written.MaybeMoment), (read.Moment, read.MaybeMoment));
        Assert.Equal((DateTimeKind.Utc, DateTimeKind.Utc), (read.Utc.Kind, read.MaybeUtc!.Value.Kind));
        Assert.Equal("data", read.Data!.ToString());
        Assert.Equal(("p", "r"), (read.PartitionKey, read.RowKey));
        Assert.NotEqual(default, read.ETag);
        Assert.NotNull(read.Timestamp);
        Assert.Equal("unset", read.Ignored);
    }

    [Fact]
    public async Task Null_members_of_a_class_come_back_as_null()
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(new Everything { PartitionKey = "p", RowKey = "r" }).Soon();
        Everything read = await table.GetEntityAsync<Everything>("p", "r").Soon();

        Assert.Null(read.Text);
        Assert.Null(read.Bytes);
        Assert.Null(read.Data);
        Assert.Null(read.MaybeTruth);
        Assert.Null(read.MaybeNumber);
        Assert.Null(read.MaybeLarge);
        Assert.Null(read.MaybeFraction);
        Assert.Null(read.MaybeId);
        Assert.Null(read.MaybeDay);
        Assert.Null(read.MaybeMoment);
        Assert.Null(read.MaybeUtc);
    }

    [Fact]
    public async Task A_class_and_named_columns_see_the_same_row()
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(new Everything
        {
            PartitionKey = "p",
            RowKey = "r",
            Renamed = "x",
            Day = DayOfWeek.Friday,
            Large = 5,
            Hidden = 9,
        }).Soon();
        TableEntity read = await table.GetEntityAsync<TableEntity>("p", "r").Soon();

        Assert.Equal(("x", "Friday", 5L), (read["other_name"], read["Day"], read["Large"]));
        Assert.DoesNotContain("Renamed", read.Keys);
        Assert.DoesNotContain("Ignored", read.Keys);
        Assert.DoesNotContain("Hidden", read.Keys);
        Assert.Equal(7, read["ReadOnly"]);
    }

    [Fact]
    public async Task What_a_class_does_not_know_or_cannot_hold_is_left_out()
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r")
        {
            ["Unknown"] = 1,
            ["Text"] = 5,
            ["Day"] = "Someday",
            ["MaybeDay"] = "Someday",
            ["ReadOnly"] = 8,
        }).Soon();

        Everything read = await table.GetEntityAsync<Everything>("p", "r").Soon();

        Assert.Null(read.Text);
        Assert.Equal(default, read.Day);
        Assert.Null(read.MaybeDay);
        Assert.Equal(7, read.ReadOnly);
    }

    [Theory]
    [InlineData("Number", "text")]
    [InlineData("Number", 0.5)]
    [InlineData("Number", 5L)]
    [InlineData("Truth", 1)]
    public async Task A_value_of_another_type_than_the_class_has_is_an_error(string column, object value)
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { [column] = value }).Soon();

        await Assert.ThrowsAsync<InvalidCastException>(() => table.GetEntityAsync<Everything>("p", "r").Soon());
    }

    [Fact]
    public async Task A_derived_class_is_written_whole_even_as_its_base()
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync<ITableEntity>(new Derived { PartitionKey = "p", RowKey = "r", Own = 5, Text = "x" }).Soon();
        Derived read = await table.GetEntityAsync<Derived>("p", "r").Soon();

        Assert.Equal((5, "x"), (read.Own, read.Text));
    }

    [Fact]
    public async Task A_record_is_as_good_as_a_class()
    {
        var table = await TestTable.CreateAsync();

        await table.AddEntityAsync(new Row { PartitionKey = "p", RowKey = "r", Name = "x" }).Soon();
        Row read = await table.GetEntityAsync<Row>("p", "r").Soon();

        Assert.Equal("x", read.Name);
    }

    public class Everything : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string? Text { get; set; }

        public bool Truth { get; set; }

        public int Number { get; set; }

        public long Large { get; set; }

        public double Fraction { get; set; }

        public Guid Id { get; set; }

        public DateTimeOffset Moment { get; set; } = DateTimeOffset.UnixEpoch;

        public DateTime Utc { get; set; } = DateTime.UnixEpoch;

        public byte[]? Bytes { get; set; }

        public BinaryData? Data { get; set; }

        public DayOfWeek Day { get; set; }

        [DataMember(Name = "other_name")]
        public string? Renamed { get; set; }

        [IgnoreDataMember]
        public string? Ignored { get; set; } = "unset";

        public bool? MaybeTruth { get; set; }

        public int? MaybeNumber { get; set; }

        public long? MaybeLarge { get; set; }

        public double? MaybeFraction { get; set; }

        public Guid? MaybeId { get; set; }

        public DayOfWeek? MaybeDay { get; set; }

        public DateTimeOffset? MaybeMoment { get; set; }

        public DateTime? MaybeUtc { get; set; }

        public int InitOnly { get; init; }

        public int ReadOnly => Number + 7 - Number;

        internal int Hidden { get; set; }
    }

    public sealed class Derived : Everything
    {
        public int Own { get; set; }
    }

    public sealed record Row : ITableEntity
    {
        public string PartitionKey { get; set; } = "";

        public string RowKey { get; set; } = "";

        public DateTimeOffset? Timestamp { get; set; }

        public ETag ETag { get; set; }

        public string? Name { get; init; }
    }
}
