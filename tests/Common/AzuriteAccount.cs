namespace Serverless.Tests.Common;

/// <summary>A storage account of the emulator: its tables are nobody else's.</summary>
/// <param name="Name">Name, in the path of every address.</param>
/// <param name="Key">Shared key, base64, made when the emulator started.</param>
/// <param name="Endpoint">Address of the table service, without a slash at the end.</param>
public sealed record AzuriteAccount(string Name, string Key, Uri Endpoint)
{
    /// <summary>As the storage clients take it.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};TableEndpoint={Endpoint.AbsoluteUri};";
}
