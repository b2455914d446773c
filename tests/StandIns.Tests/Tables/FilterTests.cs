using Azure.Data.Tables;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>Filters: how values are written into them, and what they find.</summary>
public sealed class FilterTests
{
    private static readonly DateTimeOffset Moment = new(2026, 1, 2, 3, 4, 5, 120, TimeSpan.FromHours(2));

    public static TheoryData<object?, string> Literals { get; } = new()
    {
        { "text", "'text'" },
        { "it's ''quoted''", "'it''s ''''quoted'''''" },
        { "x' or PartitionKey ne '", "'x'' or PartitionKey ne '''" },
        { "{0}", "'{0}'" },
        { 'c', "'c'" },
        { '\'', "''''" },
        { true, "true" },
        { false, "false" },
        { -5, "-5" },
        { (short)5, "5" },
        { 5u, "5" },
        { 5L, "5L" },
        { 5ul, "5L" },
        { 0.5, "0.5" },
        { 5.0, "5" },
        { 1e300, "1E+300" },
        { double.NaN, "NaN" },
        { 1.5m, "1.5" },
        { new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), "guid'0f8fad5b-d9cb-469f-a165-70867728950e'" },
        { Moment, "datetime'2026-01-02T01:04:05.12Z'" },
        { Moment.UtcDateTime, "datetime'2026-01-02T01:04:05.12Z'" },
        { new DateTime(2026, 1, 2, 3, 4, 5), "datetime'2026-01-02T03:04:05Z'" },
        { new byte[] { 0, 171, 255 }, "X'00ABFF'" },
        { BinaryData.FromBytes(new byte[] { 0, 171, 255 }), "X'00ABFF'" },
        { null, "null" },
    };

    [Theory]
    [MemberData(nameof(Literals), DisableDiscoveryEnumeration = true)]
    public void A_value_becomes_a_literal_of_its_type(object? value, string literal)
    {
        Assert.Equal($"A eq {literal}", TableClient.CreateQueryFilter($"A eq {value}"));
        Assert.Equal($"A eq {literal}", TableServiceClient.CreateQueryFilter($"A eq {value}"));
    }

    [Fact]
    public void Text_around_the_values_stays_as_it_is()
    {
        Assert.Equal("{A} eq 5 and B ne 'x'", TableClient.CreateQueryFilter($"{{A}} eq {5:000} and B ne {"x"}"));
        Assert.Equal("A eq 'it''s'", TableClient.CreateQueryFilter($"A eq 'it''s'"));
        Assert.Null(TableClient.CreateQueryFilter(null!));
    }

    [Fact]
    public void A_value_of_a_type_that_no_column_has_is_refused()
    {
        Assert.Throws<ArgumentException>(() => TableClient.CreateQueryFilter($"A eq {DayOfWeek.Friday}"));
        Assert.Throws<ArgumentException>(() => TableClient.CreateQueryFilter($"A eq {TimeSpan.Zero}"));
    }

    public static TheoryData<object> Searched { get; } =
    [
        "text", "it's", "100% a+b & c=d ? # / \\ \"", "ü€😀", true, -5, 5L, long.MaxValue, 0.5,
        new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), Moment, new byte[] { 0, 171, 255 },
    ];

    [Theory]
    [MemberData(nameof(Searched), DisableDiscoveryEnumeration = true)]
    public async Task A_value_is_found_by_itself(object value)
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "this") { ["Value"] = value }).Soon();
        await table.AddEntityAsync(new TableEntity("p", "other") { ["Value"] = "other" }).Soon();

        var found = await table.AllAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {"p"} and Value eq {value}"));

        Assert.Equal(["this"], found.Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_quote_in_a_value_cannot_end_it()
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "1") { ["Name"] = "a" }).Soon();
        await table.AddEntityAsync(new TableEntity("p", "2") { ["Name"] = "b" }).Soon();
        const string Hostile = "x' or Name ne 'y";

        Assert.Empty(await table.AllAsync<TableEntity>(TableClient.CreateQueryFilter($"Name eq {Hostile}")));
    }

    [Theory]
    [InlineData("RowKey ge 'b' and RowKey lt 'd'", "b,c")]
    [InlineData("not (RowKey eq 'b')", "a,c,d")]
    [InlineData("RowKey eq 'a' or Number gt 2", "a,c,d")]
    [InlineData("Number le 2", "a,b")]
    [InlineData("Number ne 2", "a,c,d")]
    public async Task Operators_do_what_they_say(string filter, string rows)
    {
        var table = await TestTable.CreateAsync();
        foreach (var number in Enumerable.Range(1, 4))
        {
            await table.AddEntityAsync(new TableEntity("p", $"{"-abcd"[number]}") { ["Number"] = number }).Soon();
        }

        Assert.Equal(rows, string.Join(',', (await table.AllAsync<TableEntity>(filter)).Select(row => row.RowKey)));
    }
}
