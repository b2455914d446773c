using System.Net;

namespace Azure.Data.Tables;

/// <summary>Reads and writes the addresses of the table service.</summary>
internal static class TableAddress
{
    /// <summary>The account: first label of the host, or of the path where the host names none. Else empty.</summary>
    public static string AccountName(Uri address) => HasAccountInPath(address)
        ? Segments(address).FirstOrDefault("")
        : address.Host.Contains('.', StringComparison.Ordinal) ? address.Host.Split('.')[0] : "";

    /// <summary>The table of an address that ends in one; null when it ends before.</summary>
    public static string TableName(Uri address)
    {
        var segments = Segments(address);
        return segments.Length > (HasAccountInPath(address) ? 1 : 0) ? segments[^1] : null;
    }

    /// <summary>The service's own address: that of a table without its last segment and query.</summary>
    public static Uri Service(Uri table) =>
        new UriBuilder(table) { Path = string.Join('/', Segments(table)[..^1]), Query = null }.Uri;

    /// <summary>The same address without its query, which may be a signature.</summary>
    public static Uri WithoutQuery(Uri address) => new UriBuilder(address) { Query = null }.Uri;

    /// <summary>Path of a table's rows.</summary>
    public static string Entity(string table, string partitionKey, string rowKey) =>
        $"{table}(PartitionKey='{Key(partitionKey)}',RowKey='{Key(rowKey)}')";

    /// <summary>A key or name inside the quotes of a path: quotes doubled, then percent-encoded.</summary>
    public static string Key(string value) => Uri.EscapeDataString(value.Replace("'", "''", StringComparison.Ordinal));

    private static string[] Segments(Uri address) =>
        address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool HasAccountInPath(Uri address) =>
        IPAddress.TryParse(address.Host, out _) || address.Host == "localhost";
}
