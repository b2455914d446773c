namespace Azure.Data.Tables;

/// <summary>
/// What a storage connection string says of tables. Its text never appears in an error: it holds the key.
/// </summary>
internal sealed record ConnectionString(
    string AccountName,
    Uri Endpoint,
    TableSharedKeyCredential Credential,
    string Sas)
{
    private const string EmulatorAccount = "devstoreaccount1";

    // Published with the emulator, the same on every machine.
    private const string EmulatorKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public static ConnectionString Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, "connectionString");
        var settings = Split(text);
        if (settings.TryGetValue("UseDevelopmentStorage", out var emulator))
        {
            return string.Equals(emulator, "true", StringComparison.OrdinalIgnoreCase)
                ? Emulator(settings.GetValueOrDefault("DevelopmentStorageProxyUri", "http://127.0.0.1"))
                : throw Invalid("UseDevelopmentStorage can only be true");
        }

        var account = settings.GetValueOrDefault("AccountName");
        var endpoint = settings.TryGetValue("TableEndpoint", out var given)
            ? Address("TableEndpoint", given)
            : Default(settings, account);
        if (settings.TryGetValue("SharedAccessSignature", out var sas))
        {
            return new(account ?? TableAddress.AccountName(endpoint), endpoint, null, sas);
        }

        return account is not null && settings.TryGetValue("AccountKey", out var key)
            ? new(account, endpoint, new TableSharedKeyCredential(account, key), null)
            : throw Invalid("it needs AccountName and AccountKey, or a SharedAccessSignature");
    }

    private static Dictionary<string, string> Split(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var parts = text.Trim().EndsWith(';') ? text.Trim()[..^1] : text;
        foreach (var (index, part) in parts.Split(';').Index())
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new InvalidOperationException($"Part {index + 1} of the connection string is not name=value.");
            }

            if (!settings.TryAdd(part[..equals].Trim(), part[(equals + 1)..].Trim()))
            {
                throw new InvalidOperationException($"Part {index + 1} of the connection string repeats a name.");
            }
        }

        return settings;
    }

    private static ConnectionString Emulator(string host) => new(
        EmulatorAccount,
        new UriBuilder(Address("DevelopmentStorageProxyUri", host)) { Port = 10002, Path = EmulatorAccount }.Uri,
        new TableSharedKeyCredential(EmulatorAccount, EmulatorKey),
        null);

    private static Uri Default(Dictionary<string, string> settings, string account) => account is null
        ? throw Invalid("it names neither AccountName nor TableEndpoint")
        : Address(
            "AccountName",
            settings.GetValueOrDefault("DefaultEndpointsProtocol", "https") + "://" + account + ".table."
            + settings.GetValueOrDefault("EndpointSuffix", "core.windows.net"));

    private static Uri Address(string setting, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw Invalid($"{setting} makes no http or https address");

    private static ArgumentException Invalid(string what) => new($"Connection string parsing error: {what}.");
}
