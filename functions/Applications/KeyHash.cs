namespace Serverless.Functions.Applications;

/// <summary>What is stored instead of a key: its HMAC, as 64 lower-case hexadecimal digits.</summary>
internal readonly record struct KeyHash(string Hex)
{
    /// <summary>Spreads the keys over 4096 partitions.</summary>
    public string Partition => Hex[..3];

    /// <summary>Names the key in lists. Enough of the hash to tell five keys apart, too little to find one.</summary>
    public string Id => Hex[..12];
}
