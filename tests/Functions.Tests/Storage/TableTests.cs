using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Functions.Storage;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Storage;

public sealed class TableTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task A_table_that_is_not_there_is_empty_and_comes_with_its_first_row()
    {
        var table = Fresh();
        Assert.Null(await table.FindAsync("p", "r", default).Soon());
        Assert.Empty(await table.ReadAsync("p", "", "~", null, default).ToListAsync().Soon());
        Assert.Equal(Write.Missing, await table.ReplaceAsync(new TableEntity("p", "r"), ETag.All, default).Soon());

        var row = new TableEntity("p", "r") { ["Text"] = "it's" };
        Assert.Equal(Write.Done, await table.AddAsync(row, default).Soon());

        Assert.Equal(row.ETag, (await table.FindAsync("p", "r", default).Soon())?.ETag);
    }

    [Fact]
    public async Task Every_write_names_its_outcome()
    {
        var table = Fresh();
        var row = new TableEntity("p", "r");
        Assert.Equal(Write.Done, await table.AddAsync(row, default).Soon());
        var first = row.ETag;

        Assert.Equal(Write.Exists, await table.AddAsync(new TableEntity("p", "r"), default).Soon());
        Assert.Equal(Write.Done, await table.ReplaceAsync(row, first, default).Soon());
        Assert.NotEqual(first, row.ETag);
        Assert.Equal(Write.Stale, await table.ReplaceAsync(row, first, default).Soon());
        Assert.Equal(Write.Stale, await table.DeleteAsync("p", "r", first, default).Soon());
        Assert.Equal(Write.Done, await table.DeleteAsync("p", "r", row.ETag, default).Soon());
        Assert.Equal(Write.Missing, await table.DeleteAsync("p", "r", ETag.All, default).Soon());
        Assert.Equal(Write.Missing, await table.DeleteAsync("p", new string('x', 513), ETag.All, default).Soon());
    }

    [Fact]
    public async Task A_transaction_is_done_as_a_whole_or_says_which_action_failed()
    {
        var table = Fresh();
        var (a, b) = (new TableEntity("p", "a"), new TableEntity("p", "b"));
        Assert.Equal(new Submitted(Write.Done), await table.SubmitAsync([Table.Add(a), Table.Add(b)], default).Soon());
        Assert.Equal(a.ETag, (await table.FindAsync("p", "a", default).Soon())!.ETag);

        var exists = await table.SubmitAsync([Table.Add(new TableEntity("p", "c")), Table.Add(new TableEntity("p", "b"))], default).Soon();
        Assert.Equal(new Submitted(Write.Exists, 1), exists);
        Assert.Null(await table.FindAsync("p", "c", default).Soon());
        var stale = await table.SubmitAsync(
            [Table.Replace(new TableEntity("p", "b"), b.ETag), Table.Delete("p", "a", new ETag("W/\"datetime'2020'\""))],
            default).Soon();
        Assert.Equal(new Submitted(Write.Stale, 1), stale);
        var missing = await table.SubmitAsync([Table.Delete("p", "none", ETag.All)], default).Soon();
        Assert.Equal(new Submitted(Write.Missing, 0), missing);
    }

    [Fact]
    public async Task A_thing_cannot_be_deleted_once_something_has_touched_its_guard()
    {
        var table = Fresh();
        await table.SubmitAsync([Table.Add(new TableEntity("p", "thing")), Guard.Add("p", "thing")], default).Soon();
        var closing = await table.CloseAsync("p", "thing", default).Soon();
        Assert.Equal(Write.Done, (await table.SubmitAsync([Guard.Touch("p", "thing")], default).Soon()).Outcome);

        var deleted = await table.SubmitAsync([Table.Delete("p", "thing", ETag.All), closing!], default).Soon();
        Assert.Equal(new Submitted(Write.Stale, 1), deleted);

        var again = await table.CloseAsync("p", "thing", default).Soon();
        Assert.Equal(Write.Done, (await table.SubmitAsync([Table.Delete("p", "thing", ETag.All), again!], default).Soon()).Outcome);
        Assert.Equal(Write.Missing, (await table.SubmitAsync([Guard.Touch("p", "thing")], default).Soon()).Outcome);
        Assert.Null(await table.CloseAsync("p", "thing", default).Soon());
    }

    private Table Fresh() => app.Services.GetRequiredService<TableAccount>().Table("T" + Guid.NewGuid().ToString("N"));
}
