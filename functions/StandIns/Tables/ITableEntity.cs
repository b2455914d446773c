namespace Azure.Data.Tables;

/// <summary>What every row of a table has. Other public properties of an implementing class are columns.</summary>
public interface ITableEntity
{
    /// <summary>Rows with the same partition key can be changed in one transaction.</summary>
    string PartitionKey { get; set; }

    /// <summary>Unique within the partition.</summary>
    string RowKey { get; set; }

    /// <summary>When the service last changed the row; set by reading it, never sent.</summary>
    DateTimeOffset? Timestamp { get; set; }

    /// <summary>Version of the row; set by reading it.</summary>
    ETag ETag { get; set; }
}
