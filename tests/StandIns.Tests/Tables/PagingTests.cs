using Azure.Data.Tables;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>Queries that find more than one answer holds.</summary>
public sealed class PagingTests : IAsyncLifetime
{
    private const int Rows = 2345;

    // Filled once: it takes 24 transactions.
    private static readonly Lazy<Task<TableClient>> Filled = new(FillAsync);

    private TableClient _table = null!;

    public async Task InitializeAsync() => _table = await Filled.Value.Soon();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_query_goes_on_until_all_rows_are_found()
    {
        var found = await _table.AllAsync<TableEntity>();

        Assert.Equal(Enumerable.Range(0, Rows).Select(Key), found.Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_page_holds_at_most_a_thousand_rows()
    {
        var pages = await _table.QueryAsync<TableEntity>().AsPages().ToListAsync().Soon();

        Assert.Equal([1000, 1000, 345], pages.Select(page => page.Values.Count));
        Assert.Null(pages[^1].ContinuationToken);
        Assert.All(pages, page => Assert.Equal(200, page.GetRawResponse().Status));
    }

    [Fact]
    public async Task A_page_is_as_small_as_asked_for()
    {
        var byQuery = await _table.QueryAsync<TableEntity>(maxPerPage: 900).AsPages().ToListAsync().Soon();
        var byPages = await _table.QueryAsync<TableEntity>(maxPerPage: 10).AsPages(pageSizeHint: 800).ToListAsync().Soon();

        Assert.Equal([900, 900, 545], byQuery.Select(page => page.Values.Count));
        Assert.Equal([800, 800, 745], byPages.Select(page => page.Values.Count));
    }

    [Fact]
    public async Task Another_client_can_go_on_from_a_continuation_token()
    {
        var first = await _table.QueryAsync<TableEntity>(maxPerPage: 700).AsPages().FirstAsync().Soon();

        var another = (await TestTable.ServiceAsync()).GetTableClient(_table.Name);
        var rest = await another.QueryAsync<TableEntity>().AsPages(first.ContinuationToken).ToListAsync().Soon();

        Assert.Equal(Enumerable.Range(700, Rows - 700).Select(Key), rest.SelectMany(page => page.Values).Select(row => row.RowKey));
    }

    [Fact]
    public async Task A_filter_applies_to_every_page()
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {"it's"} and RowKey ge {Key(100)} and Even eq {true}");

        var pages = await _table.QueryAsync<TableEntity>(filter, maxPerPage: 500, select: ["RowKey"]).AsPages().ToListAsync().Soon();

        var found = pages.SelectMany(page => page.Values).ToList();
        Assert.Equal(Enumerable.Range(100, Rows - 100).Where(n => n % 2 == 0).Select(Key), found.Select(row => row.RowKey));
        Assert.All(found, row => Assert.Null(row["Even"]));
    }

    [Fact]
    public async Task Nothing_found_is_one_empty_page()
    {
        var pages = await _table.QueryAsync<TableEntity>("RowKey eq 'none'").AsPages().ToListAsync().Soon();

        Assert.Empty(Assert.Single(pages).Values);
    }

    [Fact]
    public async Task A_query_sends_nothing_until_it_is_read()
    {
        await using var peer = await Peer.StartAsync(200, """{"value":[]}""");

        _ = peer.Table().QueryAsync<TableEntity>();

        Assert.Empty(peer.Requests);
    }

    [Fact]
    public async Task A_query_stops_between_pages_when_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var seen = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var page in _table.QueryAsync<TableEntity>(maxPerPage: 100, cancellationToken: cancel.Token).AsPages())
            {
                seen += page.Values.Count;
                await cancel.CancelAsync();
            }
        }).Soon();

        Assert.Equal(100, seen);
    }

    [Fact]
    public async Task An_empty_page_with_a_continuation_is_not_the_end()
    {
        await using var peer = await Peer.StartAsync((context, number) =>
        {
            if (number < 3)
            {
                context.Response.Headers["x-ms-continuation-NextPartitionKey"] = $"1!{number}";
                if (number == 2)
                {
                    context.Response.Headers["x-ms-continuation-NextRowKey"] = "1!8!YQ--";
                }
            }

            return Peer.AnswerAsync(context, 200, number < 3 ? """{"value":[]}""" : """{"value":[{"PartitionKey":"p","RowKey":"r"}]}""");
        });

        var found = await peer.Table().AllAsync<TableEntity>("A eq 'b c+&'");

        Assert.Equal("r", found.Single().RowKey);
        var targets = peer.Requests.Select(request => request.Target).ToList();
        Assert.All(targets, target => Assert.Contains("$filter=A%20eq%20%27b%20c%2B%26%27", target, StringComparison.Ordinal));
        Assert.DoesNotContain("NextRowKey", targets[1], StringComparison.Ordinal);
        Assert.Contains("NextPartitionKey=1%212", targets[2], StringComparison.Ordinal);
        Assert.Contains("NextRowKey=1%218%21YQ--", targets[2], StringComparison.Ordinal);
    }

    private static string Key(int number) => $"row {number:0000}";

    private static async Task<TableClient> FillAsync()
    {
        var table = await TestTable.CreateAsync();
        foreach (var part in Enumerable.Range(0, Rows).Chunk(100))
        {
            await table.SubmitTransactionAsync(part.Select(n => new TableTransactionAction(
                TableTransactionActionType.Add,
                new TableEntity("it's", Key(n)) { ["Even"] = n % 2 == 0 }))).Soon();
        }

        return table;
    }
}
