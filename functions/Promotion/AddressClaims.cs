using Azure;
using Azure.Data.Tables;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Promotion;

/// <summary>That an environment of a product has a public base URL, or is about to.</summary>
internal sealed record AddressClaim(
    PublicAddress Address,
    string Product,
    string Generation,
    string Environment,
    DateTimeOffset Since,
    ETag ETag);

/// <summary>
/// Who has which public base URL: table <c>hosts</c>, a partition for each host, row = <c>claim|{base path}/</c>. A claim is made
/// before the pointer is moved to a version with that URL, and removed after the pointer has left it. One that a crash leaves
/// is of an environment that does not serve the URL: whoever wants it next takes it, once no request can be that old.
/// </summary>
internal sealed class AddressClaims(
    TableAccount account,
    ProductsTable products,
    EnvironmentsTable environments,
    TimeProvider clock)
{
    private const string Kind = "claim";

    private readonly Table _table = account.Table("hosts");

    public async Task<AddressClaim?> FindAsync(PublicAddress address, CancellationToken cancel) =>
        await _table.FindAsync(Partition(address.Host), Row(address), cancel) is { } row ? Read(row) : null;

    /// <summary>The claims on a host, by base path.</summary>
    public IAsyncEnumerable<AddressClaim> ReadAsync(string host, CancellationToken cancel) =>
        _table.ReadKindAsync(Partition(host.ToLowerInvariant()), Kind, cancel).Select(Read);

    /// <summary>Another environment that has the URL, or null.</summary>
    public async Task<AddressClaim?> FindOtherAsync(
        PublicAddress address,
        Product product,
        string environment,
        CancellationToken cancel) =>
        await FindAsync(address, cancel) is { } claim && !IsOf(claim, product, environment) && await HoldsAsync(claim, cancel)
            ? claim
            : null;

    /// <summary>Claims the URL, also when it is claimed already for the same: null, or who has it.</summary>
    public async Task<AddressClaim?> ClaimAsync(
        PublicAddress address,
        Product product,
        string environment,
        CancellationToken cancel)
    {
        var row = new TableEntity(Partition(address.Host), Row(address))
        {
            ["Host"] = address.Host,
            ["BasePath"] = address.BasePath,
            ["Product"] = product.SystemName,
            ["Generation"] = product.Generation,
            ["Environment"] = environment,
        };
        while (true)
        {
            var claim = await FindAsync(address, cancel);
            if (claim is not null && !IsOf(claim, product, environment) && await HoldsAsync(claim, cancel))
            {
                return claim;
            }

            // Written anew also when it is ours, so that nobody removes it who has judged it by what it was.
            var outcome = claim is null
                ? await _table.AddAsync(row, cancel)
                : await _table.ReplaceAsync(row, claim.ETag, cancel);
            if (outcome == Write.Done)
            {
                return null;
            }
        }
    }

    /// <summary>Gives a URL up, unless it has been claimed anew since the claim was read.</summary>
    public Task ReleaseAsync(AddressClaim claim, CancellationToken cancel) => _table.DeleteAsync(
        Partition(claim.Address.Host),
        Row(claim.Address),
        claim.ETag,
        cancel);

    public static bool IsOf(AddressClaim claim, Product product, string environment) =>
        (claim.Product, claim.Generation, claim.Environment) == (product.SystemName, product.Generation, environment);

    private async Task<bool> HoldsAsync(AddressClaim claim, CancellationToken cancel) =>
        await products.FindAsync(claim.Product, cancel) is { Value: var product }
        && product.Generation == claim.Generation
        && (PublicAddress.Of((await environments.FindAsync(claim.Environment, product, cancel))?.PublicBaseUrl) == claim.Address
            || clock.GetUtcNow() - claim.Since < Dependents.LongestRequest);

    private static string Partition(string host) => Key.Of("host", host);

    // With a slash at its end, as the key of no base path would be no key of its kind.
    private static string Row(PublicAddress address) => Key.Of(Kind, address.BasePath + "/");

    private static AddressClaim Read(TableEntity row) => new(
        new(row.GetString("Host"), row.GetString("BasePath")),
        row.GetString("Product"),
        row.GetString("Generation"),
        row.GetString("Environment"),
        row.Timestamp ?? DateTimeOffset.MinValue,
        row.ETag);
}
