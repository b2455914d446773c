namespace Serverless.Functions.Storage;

/// <summary>Which Table storage holds everything. Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>Connection string of a storage account or of Azurite. Either this or <see cref="TableEndpoint"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Table endpoint of a storage account, entered with the identity that the process runs under.</summary>
    public string? TableEndpoint { get; set; }

    /// <summary>Put before the name of every table, for several deployments on one account. Defaults to nothing.</summary>
    public string TablePrefix { get; set; } = "";
}
