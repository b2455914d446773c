using Azure.Data.Tables;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Backends;

/// <summary>The metric <c>hits</c>, which every backend and every product has from its first day.</summary>
internal static class FirstMetric
{
    /// <summary>Kind of the rows of metrics, among the parts of products and of backends.</summary>
    public const string Kind = "metric";

    public const string Name = "hits";

    /// <summary>What one is called, also of the methods below it that say nothing else.</summary>
    public const string Unit = "hit";

    /// <summary>The metric and its guard, for the transaction that makes a thing's first parts.</summary>
    public static IReadOnlyList<TableTransactionAction> Add(string partition) =>
    [
        Table.Add(new TableEntity(partition, Key.Of(Kind, Name))
        {
            ["SystemName"] = Name,
            ["Name"] = "Hits",
            ["Unit"] = Unit,
            ["Description"] = "Requests, and handshakes of tunnels.",
        }),
        Guard.Add(partition, Key.Of(Kind, Name)),
    ];
}
