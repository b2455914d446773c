using System.Net;

namespace Azure.Data.Tables;

/// <summary>Reads and writes the addresses of the table service.</summary>
internal static class TableAddress
{
    /// <summary>Storage emulators keep the account in the path, as do all servers without a name of their own.</summary>
    private static readonly int[] EmulatorPorts = [10002, 10102, 11002];

    /// <summary>The account: first label of the host, or first segment of the path where the host has none.</summary>
    public static string AccountName(Uri address)
    {
        if (HasAccountInPath(address))
        {
            return Segments(address).FirstOrDefault();
        }

        var dot = address.Host.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? null : address.Host[..dot];
    }

    /// <summary>The table of an address that ends in one; null when it ends before.</summary>
    public static string TableName(Uri address) =>
        Segments(address).ElementAtOrDefault(HasAccountInPath(address) ? 1 : 0);

    /// <summary>The service's own address: no table, no query.</summary>
    public static Uri Service(Uri address)
    {
        var account = HasAccountInPath(address) ? Segments(address).FirstOrDefault() : null;
        return new UriBuilder(address) { Path = account, Query = null }.Uri;
    }

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
        IPAddress.TryParse(address.Host, out _) || EmulatorPorts.Contains(address.Port);
}
