using Serverless.Contracts;
using Serverless.Relay.Authorization;
using Serverless.Relay.Management;
using Serverless.Relay.Routing;

namespace Serverless.Relay.Configuration;

/// <summary>
/// Brings the live configuration to what the functions say, one pass at a time. A version is fetched once. What
/// cannot be fetched or served now leaves the environment with the version it had.
/// </summary>
internal sealed class ConfigurationLoader(
    ManagementClient management,
    SnapshotCompiler compiler,
    TokenIssuers issuers,
    LiveConfiguration live,
    ILogger<ConfigurationLoader> log)
{
    private Dictionary<(string Product, string Environment), ServedProduct> _served = [];
    private Dictionary<VersionKey, ServedVersion?> _versions = [];
    private string? _etag;
    private bool _away;

    /// <summary>
    /// One pass; true when the live configuration is what the functions say, as far as it can be served.
    /// </summary>
    public async Task<bool> LoadAsync(CancellationToken cancel)
    {
        switch (await management.GetIndexAsync(_etag, cancel))
        {
            case Fetched<ConfigurationIndex>.Unchanged:
                Back();
                return true;
            case Fetched<ConfigurationIndex>.Fresh(var index, var etag):
                if (!await ApplyAsync(index, cancel))
                {
                    return false;
                }

                _etag = etag;
                Back();
                return true;
            case Fetched<ConfigurationIndex>.Away(var why):
                Away(why);
                return false;
            case Fetched<ConfigurationIndex>.Refused(var why):
                ConfigurationLog.IndexRefused(log, why);
                return false;
            case var other:
                throw new InvalidOperationException($"Asking for the index cannot end in {other}.");
        }
    }

    private async Task<bool> ApplyAsync(ConfigurationIndex index, CancellationToken cancel)
    {
        var complete = true;
        var versions = new Dictionary<VersionKey, ServedVersion?>();
        var served = new Dictionary<(string Product, string Environment), ServedProduct>();
        foreach (var pointer in index.Pointers)
        {
            var key = new VersionKey(pointer.Product, pointer.Generation, pointer.Version);
            if (!versions.TryGetValue(key, out var version) && !_versions.TryGetValue(key, out version))
            {
                switch (await management.GetSnapshotAsync(pointer, cancel))
                {
                    case Fetched<ProductSnapshot>.Fresh(var snapshot, _):
                        version = Build(pointer, snapshot);
                        break;
                    case Fetched<ProductSnapshot>.Away(var why):
                        Away(why);
                        complete = false;
                        Keep(pointer);
                        continue;
                    case Fetched<ProductSnapshot>.Refused(var why):
                        ConfigurationLog.VersionRefused(log, pointer.Product, pointer.Version, why);
                        break;
                    case var other:
                        throw new InvalidOperationException($"Asking for a version cannot end in {other}.");
                }
            }

            // A version that cannot be served is remembered as such, so that it is said once and not at every poll.
            versions[key] = version;
            if (version is null)
            {
                Keep(pointer);
            }
            else
            {
                served[(pointer.Product, pointer.Environment)] = new ServedProduct(pointer, version);
            }
        }

        _versions = versions;

        // Before the first load a half-known configuration would answer 404 where the truth is "not yet".
        if (complete || live.Routes is not null)
        {
            Swap(served);
        }

        return complete;

        void Keep(EnvironmentPointer pointer)
        {
            var environment = (pointer.Product, pointer.Environment);
            if (_served.TryGetValue(environment, out var last) && last.Pointer.Generation == pointer.Generation)
            {
                served[environment] = last;
            }
        }
    }

    // Said once when they go and once when they are back, not at every poll between.
    private void Away(string why)
    {
        ConfigurationLog.FunctionsAway(log, _away ? LogLevel.Debug : LogLevel.Warning, why);
        _away = true;
    }

    private void Back()
    {
        if (_away)
        {
            ConfigurationLog.FunctionsBack(log);
            _away = false;
        }
    }

    private ServedVersion? Build(EnvironmentPointer pointer, ProductSnapshot snapshot)
    {
        List<string> errors = [];
        var version = compiler.Compile(snapshot, errors);
        if (version is null)
        {
            ConfigurationLog.VersionRefused(log, pointer.Product, pointer.Version, string.Join(' ', errors));
        }

        return version;
    }

    private void Swap(Dictionary<(string Product, string Environment), ServedProduct> served)
    {
        // In a fixed order, so that every relay settles a conflict of public base URLs alike: production first.
        List<string> conflicts = [];
        var entries = served.Values
            .OrderBy(product => product.Pointer.Environment, StringComparer.Ordinal)
            .ThenBy(product => product.Pointer.Product, StringComparer.Ordinal)
            .Select(product => new RouteEntry<ServedProduct>(
                product.Pointer.Product, product.Pointer.Environment, product.PublicBaseUrl, product));
        live.Swap(new RouteTable<ServedProduct>(entries, conflicts));
        issuers.Keep(served.Values.Select(product => product.Version)
            .Concat(_versions.Values)
            .Select(version => version?.Snapshot.Credentials.Oidc)
            .OfType<OidcSettings>());

        foreach (var conflict in conflicts)
        {
            ConfigurationLog.UrlTaken(log, conflict);
        }

        foreach (var (environment, product) in served)
        {
            if (!_served.TryGetValue(environment, out var last) || last.Pointer != product.Pointer)
            {
                ConfigurationLog.Serving(log, product.Pointer.Product, product.Pointer.Environment, product.Pointer.Version);
            }
        }

        foreach (var (product, environment) in _served.Keys.Except(served.Keys))
        {
            ConfigurationLog.NoLongerServing(log, product, environment);
        }

        _served = served;
    }

    private readonly record struct VersionKey(string Product, string Generation, int Version);
}
