using Azure.Core;
using Azure.Data.Tables;
using Serverless.Tests.Common;

namespace Serverless.StandIns.Tests.Tables;

/// <summary>Tables and clients of the emulator for one test each.</summary>
internal static class TestTable
{
    /// <summary>Fails at once, so that a test of an error does not wait for retries.</summary>
    public static TableClientOptions Impatient => new() { Retry = { MaxRetries = 0 } };

    /// <summary>Retries, hardly waiting in between.</summary>
    public static TableClientOptions Quick => new()
    {
        Retry = { MaxRetries = 3, Mode = RetryMode.Fixed, Delay = TimeSpan.FromMilliseconds(1) },
    };

    /// <summary>A client of the account that all tests share.</summary>
    public static async Task<TableServiceClient> ServiceAsync() =>
        new((await Azurite.SharedAsync().Soon()).ConnectionString, Impatient);

    /// <summary>A client of an account with no table in it.</summary>
    public static async Task<TableServiceClient> EmptyServiceAsync() =>
        new((await Azurite.SharedAsync().Soon()).NewAccount().ConnectionString, Impatient);

    /// <summary>A new table, named as no other.</summary>
    public static async Task<TableClient> CreateAsync()
    {
        var table = (await ServiceAsync()).GetTableClient(NewName());
        await table.CreateAsync().Soon();
        return table;
    }

    public static string NewName() => $"t{Guid.NewGuid():N}";

    /// <summary>All rows that a filter finds.</summary>
    public static async Task<List<T>> AllAsync<T>(this TableClient table, string? filter = null)
        where T : class, ITableEntity =>
        await table.QueryAsync<T>(filter).ToListAsync().Soon();
}
