using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Serverless.Tests.Common;

/// <summary>
/// The table service of the storage emulator, in memory, on a port of its own. It ends with whoever started it, even
/// when that one is killed.
/// </summary>
public sealed partial class Azurite : IAsyncDisposable
{
    private const int Accounts = 1000;

    private static readonly Lazy<Task<Azurite>> Shared = new(() => StartAsync());

    private readonly ChildProcess _process;
    private readonly Uri _address;
    private readonly string _key;
    private int _taken;

    private Azurite(ChildProcess process, Uri address, string key)
    {
        _process = process;
        _address = address;
        _key = key;
        Account = NewAccount();
    }

    /// <summary>The account of all who do not mind each other's tables.</summary>
    public AzuriteAccount Account { get; }

    /// <inheritdoc cref="AzuriteAccount.ConnectionString"/>
    public string ConnectionString => Account.ConnectionString;

    /// <inheritdoc cref="AzuriteAccount.Endpoint"/>
    public Uri Endpoint => Account.Endpoint;

    /// <summary>The one that all tests of an assembly share; started by the first who asks.</summary>
    public static Task<Azurite> SharedAsync() => Shared.Value;

    /// <summary>
    /// One that nobody else uses: to be stopped, or started again on the same <paramref name="port"/>.
    /// </summary>
    public static async Task<Azurite> StartAsync(int? port = null)
    {
        if (!Directory.Exists(Repository.Path("infra/local/node_modules")))
        {
            throw new DirectoryNotFoundException(
                "infra/local/node_modules is missing, and the storage emulator with it: "
                + "run npm ci --prefix infra/local");
        }

        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var process = ChildProcess.Start(
            "node",
            [
                "infra/local/azurite-table.cjs", "--exitWithStdin",
                "--tablePort", (port ?? FreePort.Choose()).ToString(CultureInfo.InvariantCulture),
                "--inMemoryPersistence", "--disableTelemetry", "--silent", "--skipApiVersionCheck",
            ],
            new Dictionary<string, string?>
            {
                ["AZURITE_ACCOUNTS"] =
                    string.Join(';', Enumerable.Range(1, Accounts).Select(number => $"{AccountName(number)}:{key}")),
            });
        var listening = await process.LineAsync(TablePort());
        return new Azurite(process, new Uri($"http://127.0.0.1:{listening.Groups[1].Value}"), key);
    }

    /// <summary>An account without a table, for one who needs fixed table names to himself.</summary>
    public AzuriteAccount NewAccount() => Interlocked.Increment(ref _taken) is var number and <= Accounts
        ? new AzuriteAccount(AccountName(number), _key, new Uri(_address, AccountName(number)))
        : throw new InvalidOperationException($"The emulator was started with {Accounts} accounts, and all are taken.");

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string AccountName(int number) => $"{number:0000}azurite";

    [GeneratedRegex(@"^table-port=(\d+)$")]
    private static partial Regex TablePort();
}
