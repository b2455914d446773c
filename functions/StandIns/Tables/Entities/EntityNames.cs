namespace Azure.Data.Tables;

/// <summary>Members of a row that every table has, as JSON spells them.</summary>
internal static class EntityNames
{
    public const string PartitionKey = "PartitionKey";
    public const string RowKey = "RowKey";
    public const string Timestamp = "Timestamp";
    public const string ETag = "odata.etag";
    public const string Metadata = "odata.metadata";

    /// <summary>Follows a column's name in the name of the member that says its type.</summary>
    public const string TypeSuffix = "@odata.type";
}
