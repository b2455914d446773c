using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Contracts;
using Serverless.Functions.Http;
using Serverless.Functions.Products;
using Serverless.Functions.Storage;

namespace Serverless.Functions.Promotion;

/// <summary>Tells relays which versions to serve, and gives them those.</summary>
internal sealed class RelayConfigurationApi(ProductsTable products, SnapshotsTable snapshots, EnvironmentsTable environments)
{
    [Function("relay-configuration-index")]
    [CalledBy(Scope.Relay)]
    public async Task<IResult> IndexAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/relay/configuration")] HttpRequest request,
        CancellationToken cancel)
    {
        // Pointers outlive their product, so that its deletion is one write. Here they end.
        var current = await products.AllAsync(cancel)
            .ToDictionaryAsync(product => product.SystemName, product => product.Generation, cancellationToken: cancel);
        EnvironmentPointer[] pointers =
        [
            .. await PointersAsync(Environments.Staging, current, cancel),
            .. await PointersAsync(Environments.Production, current, cancel),
        ];
        return Answer.Ok(new(pointers), ContractsJson.Default.ConfigurationIndex, TagOf(pointers));
    }

    [Function("relay-configuration-snapshot")]
    [CalledBy(Scope.Relay)]
    public async Task<IResult> SnapshotAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/relay/configuration/{product}/{generation}/{version}")] HttpRequest request,
        string product,
        string generation,
        string version,
        CancellationToken cancel)
    {
        if (int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && await snapshots.FindContentAsync(Product.PartitionOf(product, generation), number, cancel) is { } json)
        {
            return new FrozenAnswer(json, $"\"{generation}-{number}\"");
        }

        return Problem.NotFound("version", $"{product}/{generation}/{version}");
    }

    private async Task<List<EnvironmentPointer>> PointersAsync(
        string environment,
        Dictionary<string, string> current,
        CancellationToken cancel) => await environments.AllAsync(environment, cancel)
            .Where(record => current.GetValueOrDefault(record.Product) == record.Generation)
            .Select(record => new EnvironmentPointer(record.Product, environment, record.Version, record.Generation))
            .ToListAsync(cancel);

    // Of what the answer says and of nothing else; storage gives the rows in the order of their keys.
    private static string TagOf(IEnumerable<EnvironmentPointer> pointers)
    {
        var text = string.Join('\n', pointers.Select(p => Key.Of(p.Environment, p.Product, p.Generation, $"{p.Version}")));
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32]}\"";
    }
}
