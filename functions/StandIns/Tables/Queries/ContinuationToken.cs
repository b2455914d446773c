namespace Azure.Data.Tables;

/// <summary>Where the next page of rows begins: the service's two headers, which hold no space, as one text.</summary>
internal static class ContinuationToken
{
    /// <summary>Null after the last page.</summary>
    public static string In(Response response)
    {
        if (!response.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out var partition))
        {
            return null;
        }

        response.Headers.TryGetValue("x-ms-continuation-NextRowKey", out var row);
        return $"{partition} {row}";
    }

    public static (string Partition, string Row) Split(string token)
    {
        if (token is null)
        {
            return default;
        }

        var space = token.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (token, null) : (token[..space], token[(space + 1)..] is { Length: > 0 } row ? row : null);
    }
}
