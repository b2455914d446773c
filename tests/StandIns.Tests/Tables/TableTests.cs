using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>Creating, listing and deleting tables.</summary>
public sealed class TableTests
{
    [Fact]
    public async Task A_created_table_is_listed()
    {
        var service = await TestTable.EmptyServiceAsync();

        var created = await service.CreateTableAsync("Products").Soon();

        Assert.Equal("Products", created.Value.Name);
        Assert.Equal(["Products"], await NamesAsync(service));
    }

    [Fact]
    public async Task A_table_that_exists_cannot_be_created()
    {
        var table = await TestTable.CreateAsync();

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => table.CreateAsync().Soon());

        Assert.Equal(409, error.Status);
        Assert.Equal(TableErrorCode.TableAlreadyExists, error.ErrorCode);
    }

    [Fact]
    public async Task Creating_a_table_that_exists_is_no_error_if_asked_so()
    {
        var service = await TestTable.ServiceAsync();
        var name = TestTable.NewName();

        var first = await service.CreateTableIfNotExistsAsync(name).Soon();
        var second = await service.CreateTableIfNotExistsAsync(name).Soon();
        var third = await service.GetTableClient(name).CreateIfNotExistsAsync().Soon();

        Assert.Equal((name, name, name), (first.Value.Name, second.Value.Name, third.Value.Name));
        Assert.Equal(204, first.GetRawResponse().Status);
        Assert.Equal((409, 409), (second.GetRawResponse().Status, third.GetRawResponse().Status));
    }

    [Theory]
    [InlineData("1digit")]
    [InlineData("with-dash")]
    [InlineData("ab")]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901234567890")]
    public async Task A_name_that_no_table_may_have_is_bad_input(string name)
    {
        var service = await TestTable.ServiceAsync();

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => service.CreateTableIfNotExistsAsync(name).Soon());

        Assert.Equal(400, error.Status);
    }

    [Fact]
    public async Task A_deleted_table_is_gone_with_its_rows()
    {
        var table = await TestTable.CreateAsync();
        await table.AddEntityAsync(new TableEntity("p", "r")).Soon();

        var deleted = await table.DeleteAsync().Soon();

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityAsync<TableEntity>("p", "r").Soon());
        Assert.Equal(204, deleted.Status);
        Assert.Equal(404, error.Status);
        Assert.Equal(TableErrorCode.TableNotFound, error.ErrorCode);
    }

    [Fact]
    public async Task Deleting_a_table_that_is_not_there_is_no_error()
    {
        var service = await TestTable.ServiceAsync();

        var fromService = await service.DeleteTableAsync(TestTable.NewName()).Soon();
        var fromTable = await service.GetTableClient(TestTable.NewName()).DeleteAsync().Soon();

        Assert.Equal((404, 404), (fromService.Status, fromTable.Status));
    }

    [Fact]
    public async Task Tables_can_be_listed_by_filter()
    {
        var service = await TestTable.EmptyServiceAsync();
        foreach (var name in new[] { "Aaa", "Bbb", "Ccc" })
        {
            await service.CreateTableAsync(name).Soon();
        }

        var byText = await service.QueryAsync(TableServiceClient.CreateQueryFilter($"TableName gt {"Aaa"}")).ToListAsync().Soon();
        FormattableString filter = $"TableName eq {"Bbb"}";
        var byInterpolation = await service.QueryAsync(filter).ToListAsync().Soon();

        Assert.Equal(["Bbb", "Ccc"], byText.Select(table => table.Name).Order());
        Assert.Equal(["Bbb"], byInterpolation.Select(table => table.Name));
    }

    [Fact]
    public async Task Tables_are_listed_page_by_page()
    {
        var service = await TestTable.EmptyServiceAsync();
        var names = Enumerable.Range(10, 7).Select(number => $"Table{number}").ToList();
        foreach (var name in names)
        {
            await service.CreateTableAsync(name).Soon();
        }

        var pages = await service.QueryAsync(maxPerPage: 3).AsPages().ToListAsync().Soon();
        var rest = await service.QueryAsync().AsPages(pages[0].ContinuationToken, 5).ToListAsync().Soon();

        Assert.Equal([3, 3, 1], pages.Select(page => page.Values.Count));
        Assert.Equal(names, pages.SelectMany(page => page.Values).Select(table => table.Name));
        Assert.Equal(names[3..], rest.SelectMany(page => page.Values).Select(table => table.Name));
    }

    [Fact]
    public async Task A_client_knows_account_table_and_address()
    {
        var azurite = await Azurite.SharedAsync().Soon();
        var service = new TableServiceClient(azurite.ConnectionString);
        var table = service.GetTableClient("Products");

        Assert.Equal(azurite.Account.Name, service.AccountName);
        Assert.Equal(azurite.Endpoint, service.Uri);
        Assert.Equal((azurite.Account.Name, "Products"), (table.AccountName, table.Name));
        Assert.Equal(new Uri($"{azurite.Endpoint}/Products"), table.Uri);
    }

    private static async Task<List<string>> NamesAsync(TableServiceClient service) =>
        await service.QueryAsync().Select(table => table.Name).ToListAsync().Soon();
}
